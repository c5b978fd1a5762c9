// The report's charts, in the reader's browser. Everything that it needs lies in the page itself.
;(() => {
  const { LightweightCharts } = window
  const given = JSON.parse(document.getElementById('given').textContent)
  const { texts, curve, levels, trades } = given
  const colour = (name) => getComputedStyle(document.documentElement).getPropertyValue(`--${name}`).trim()
  const undelta = (steps) => {
    let sum = 0
    return steps.map((step) => (sum += step))
  }
  const charts = []

  function look() {
    return {
      layout: {
        background: { color: 'transparent' },
        textColor: colour('soft'),
        fontFamily: getComputedStyle(document.body).fontFamily,
        panes: { separatorColor: colour('line') },
        attributionLogo: true,
      },
      grid: { vertLines: { color: colour('line') }, horzLines: { color: colour('line') } },
      rightPriceScale: { borderColor: colour('line') },
      timeScale: { borderColor: colour('line'), timeVisible: given.stepSeconds < 86_400, minBarSpacing: 0.005 },
      localization: { locale: 'en-US', dateFormat: 'yyyy-MM-dd' },
      autoSize: true,
    }
  }

  const percentFormat = { type: 'custom', minMove: 0.01, formatter: (value) => `${value.toFixed(1)} %` }
  const moneyFormat = {
    type: 'custom',
    minMove: 0.01,
    formatter: (value) =>
      value.toLocaleString('en-US', {
        maximumFractionDigits: Math.abs(value) < 1000 ? 2 : 0,
        minimumFractionDigits: 0,
      }),
  }

  function equityChart() {
    const chart = LightweightCharts.createChart(document.getElementById('equity'), look())
    const time = undelta(curve.t)
    const points = (values) => values.map((value, i) => ({ time: time[i], value }))
    const hold = chart.addSeries(LightweightCharts.LineSeries, {
      lineWidth: 1,
      priceFormat: moneyFormat,
      priceLineVisible: false,
      lastValueVisible: false,
    })
    const main = chart.addSeries(LightweightCharts.LineSeries, {
      lineWidth: 2,
      priceFormat: moneyFormat,
      priceLineVisible: false,
    })
    const fall = chart.addSeries(
      LightweightCharts.BaselineSeries,
      { baseValue: { type: 'price', price: 0 }, priceFormat: percentFormat, priceLineVisible: false, lineWidth: 1 },
      1,
    )
    hold.setData(points(curve.hold))
    main.setData(points(curve.equity))
    fall.setData(points(curve.drawdown))
    chart.panes()[0].setStretchFactor(3)
    chart.panes()[1].setStretchFactor(1)
    const paint = () => {
      chart.applyOptions(look())
      hold.applyOptions({ color: colour('hold') })
      main.applyOptions({ color: colour('main') })
      const clear = { topFillColor1: 'transparent', topFillColor2: 'transparent', topLineColor: colour('down') }
      fall.applyOptions({
        ...clear,
        bottomLineColor: colour('down'),
        bottomFillColor1: colour('downfill'),
        bottomFillColor2: colour('downfill'),
      })
    }
    paint()
    chart.timeScale().fitContent()
    charts.push(paint)
  }

  // Levels of candles, the coarsest first; those after the finest whole one show single stretches.
  const tables = levels.map((level) => {
    const time = undelta(level.t)
    return {
      each: level.each,
      from: time[0],
      to: time[time.length - 1],
      data: time.map((at, i) => ({ time: at, open: level.o[i], high: level.h[i], low: level.l[i], close: level.c[i] })),
    }
  })
  const MOST_CANDLES = 1_500
  const PIXELS_EACH = 9

  function candleChart() {
    const chart = LightweightCharts.createChart(document.getElementById('candles'), look())
    const series = chart.addSeries(LightweightCharts.CandlestickSeries, {
      priceLineVisible: false,
      priceFormat: { type: 'price', precision: given.precision, minMove: 10 ** -given.precision },
    })
    const say = document.getElementById('say')
    let shown = null

    const nearest = (at) => {
      const { data } = shown
      let low = 0
      let high = data.length - 1
      while (low < high) {
        const middle = (low + high + 1) >> 1
        if (data[middle].time <= at) low = middle
        else high = middle - 1
      }
      return data[low].time
    }
    const x = (at) => chart.timeScale().timeToCoordinate(nearest(at))
    const inView = () => {
      const range = chart.timeScale().getVisibleRange()
      return range ? trades.filter((one) => one.exit >= range.from && one.entry <= range.to) : []
    }

    const isCrowded = (visible) => visible.length * PIXELS_EACH > chart.timeScale().width()

    series.attachPrimitive({
      paneViews: () => [{ zOrder: () => 'top', renderer: () => ({ draw: drawTrades }) }],
    })

    function drawTrades(target) {
      const visible = inView()
      if (shown === null || isCrowded(visible)) return
      target.useMediaCoordinateSpace(({ context }) => {
        for (const one of visible) {
          const [x1, x2] = [x(one.entry), x(one.exit)]
          const [y1, y2] = [series.priceToCoordinate(one.entryPrice), series.priceToCoordinate(one.exitPrice)]
          if (x1 === null || x2 === null || y1 === null || y2 === null) continue
          const good = colour(one.profit < 0 ? 'down' : 'up')
          context.strokeStyle = good
          context.lineWidth = 1.5
          context.setLineDash([4, 3])
          context.beginPath()
          context.moveTo(x1, y1)
          context.lineTo(x2, y2)
          context.stroke()
          context.setLineDash([])
          mark(context, x1, y1, one.long ? 1 : -1, colour('main'))
          mark(context, x2, y2, 0, good)
        }
      })
    }

    /** A triangle that points the way of the trade at its entry, a dot at its exit. */
    function mark(context, atX, atY, way, fill) {
      context.fillStyle = fill
      context.strokeStyle = colour('card')
      context.lineWidth = 1
      context.beginPath()
      if (way === 0) context.arc(atX, atY, 3.5, 0, 2 * Math.PI)
      else {
        context.moveTo(atX, atY - 6 * way)
        context.lineTo(atX + 5, atY + 4 * way)
        context.lineTo(atX - 5, atY + 4 * way)
        context.closePath()
      }
      context.fill()
      context.stroke()
    }

    function levelFor(from, to) {
      const whole = tables.filter(
        (table) => table.from <= tables[0].from && table.to >= tables[0].to - tables[0].each * given.stepSeconds,
      )
      const inside = tables.filter((table) => !whole.includes(table) && table.from <= from && table.to >= to)
      if (inside.length > 0) return inside[0]
      const span = to - from
      const fitting = whole.filter((table) => span / (table.each * given.stepSeconds) <= MOST_CANDLES * 1.2)
      return fitting.at(-1) ?? whole[0] ?? tables[0]
    }

    function show(level, range) {
      shown = level
      series.setData(level.data)
      if (range) chart.timeScale().setVisibleRange(range)
    }

    let busy = false
    chart.timeScale().subscribeVisibleTimeRangeChange((range) => {
      if (!range || busy) return
      const better = levelFor(range.from, range.to)
      if (better !== shown) {
        busy = true
        show(better, { from: Math.max(range.from, better.from), to: Math.min(range.to, better.to) })
        setTimeout(() => (busy = false), 0)
      }
      tell()
    })

    function tell() {
      const parts = []
      if (shown.each > 1) parts.push(`${shown.each.toLocaleString('en-US')} ${texts.merged}`)
      if (isCrowded(inView())) parts.push(texts.zoomIn)
      say.textContent = parts.join(' · ')
    }

    function zoomTo(one) {
      const margin = Math.max((one.exit - one.entry) * 0.6, given.stepSeconds * 30)
      const [from, to] = [one.entry - margin, one.exit + margin]
      const close = tables.find((table) => table.each === 1 && table.from <= one.entry && table.to >= one.exit)
      const level = close ?? levelFor(from, to)
      busy = true
      show(level, { from: Math.max(from, level.from), to: Math.min(to, level.to) })
      setTimeout(() => {
        busy = false
        tell()
      }, 50)
      document.getElementById('candles').scrollIntoView({ block: 'center', behavior: 'smooth' })
    }

    function showAll() {
      busy = true
      show(tables[0])
      chart.timeScale().fitContent()
      setTimeout(() => {
        busy = false
        tell()
      }, 50)
    }
    document.getElementById('all').addEventListener('click', showAll)
    for (const row of document.querySelectorAll('[data-trade]')) {
      const open = () => zoomTo(given.listed[Number(row.dataset.trade)])
      row.addEventListener('click', open)
      row.addEventListener('keydown', ({ key }) => key === 'Enter' && open())
    }
    const paint = () => {
      chart.applyOptions(look())
      const [up, down] = [colour('g'), colour('r')]
      series.applyOptions({ upColor: up, downColor: down, wickUpColor: up, wickDownColor: down, borderVisible: false })
    }
    paint()
    showAll()
    charts.push(paint)
  }

  equityChart()
  if (tables.length > 0) candleChart()
  matchMedia('(prefers-color-scheme: dark)').addEventListener('change', () => {
    for (const paint of charts) paint()
  })
})()
