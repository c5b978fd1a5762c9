// The host services that come with frota, by name. Kinds bring others.
import type { BuiltInService } from '../kinds/host-services.js'

export const builtInServices: Readonly<Record<string, BuiltInService>> = {}
