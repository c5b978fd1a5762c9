// Whether something else than this machine's own manager runs us.
import { existsSync } from 'node:fs'

/** By the files that Docker and Podman put into each container. */
export const isInContainer = (): boolean => ['/.dockerenv', '/run/.containerenv'].some((file) => existsSync(file))
