// frota kiosk sample --sales 3 > sales.jsonl
const sale = (_, at) => ({ id: `s${at + 1}`, cents: at % 2 === 0 ? 450 : 300 })

export const run = async ({ input }) => Array.from({ length: input.sales }, sale)

export const show = (sales) => sales.map((one) => JSON.stringify(one)).join('\n')
