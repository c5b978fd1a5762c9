// The host services that come with frota, by name. Kinds bring others.
import type { BuiltInService } from '../kinds/host-services.js'

export const builtInServices: Readonly<Record<string, BuiltInService>> = {
  gateway: {
    title: 'The one door to the network',
    facesTheWorld: true,
    maxMemory: '512MB',
    run: new URL('./gateway/run.js', import.meta.url),
  },
}
