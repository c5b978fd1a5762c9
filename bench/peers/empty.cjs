// The least a process can be under PM2: says that it has booted, then waits.
require('node:fs').writeFileSync(`${process.env.BOOTED_DIR}/${process.pid}`, '')
if (process.send) process.send('ready')
setInterval(() => undefined, 1 << 30)
