// A GET as a browser sends it that was led here under another name. fetch would not let us write this header.
import { once } from 'node:events'
import { type IncomingMessage, request } from 'node:http'

export async function statusFor(port: number, path: string, host: string): Promise<number> {
  const asked = request({ host: '127.0.0.1', port, path, headers: { host } }).end()
  const [response] = (await once(asked, 'response')) as [IncomingMessage]
  response.resume()
  return response.statusCode ?? 0
}
