// How Chromium is started: as few processes as it can, and no way out but to WhatsApp.
import { loopbackPort } from './addresses.js'

const WHATSAPP_HOSTS = ['*.whatsapp.com', '*.whatsapp.net']

const LEAN = [
  // No GPU and no software GL either: nobody looks at the page, and the bundled browser comes without GL libraries.
  '--disable-gpu',
  '--disable-software-rasterizer',
  '--in-process-gpu',
  '--disable-site-isolation-trials',
  '--renderer-process-limit=1',
  '--disable-features=IsolateOrigins,site-per-process,AudioServiceOutOfProcess,OptimizationHints,MediaRouter',
  '--enable-features=NetworkServiceInProcess2',
  '--disk-cache-size=33554432',
  // Containers give /dev/shm 64 MB: the renderer would crash for want of it.
  '--disable-dev-shm-usage',
  '--disable-extensions',
  '--disable-component-update',
  '--disable-domain-reliability',
  '--no-pings',
  '--no-first-run',
  '--no-default-browser-check',
  '--mute-audio',
]

/** @param options.endpoint a stand-in for WhatsApp Web on this machine, with a certificate of its own */
export function chromiumFlags(options: { sandbox: boolean; endpoint: string | undefined }): string[] {
  // Without a sandbox nothing needs the zygote, which is two processes.
  const sandbox = options.sandbox ? [] : ['--no-sandbox', '--no-zygote']
  return [...LEAN, ...sandbox, ...reach(options.endpoint)]
}

function reach(endpoint: string | undefined): string[] {
  if (endpoint === undefined) {
    const excluded = WHATSAPP_HOSTS.map((host) => `EXCLUDE ${host}`)
    return [`--host-resolver-rules=${['MAP * ~NOTFOUND', ...excluded].join(',')}`]
  }
  const port = loopbackPort(endpoint)
  if (port === null) throw new Error('endpoint: must be https://127.0.0.1:PORT or https://localhost:PORT')
  return [
    `--host-resolver-rules=MAP web.whatsapp.com:443 127.0.0.1:${port},MAP * ~NOTFOUND,EXCLUDE 127.0.0.1`,
    '--ignore-certificate-errors',
  ]
}
