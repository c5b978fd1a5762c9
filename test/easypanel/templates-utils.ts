// Stands for `~templates-utils` of easypanel-io/templates, which a template is typed against and called with.
import { randomBytes } from 'node:crypto'
import type { z } from 'zod'
import type { panelTemplate } from './panel.js'

export type Output = z.input<typeof panelTemplate>
export type Services = Output['services']

/** @param length in hex digits, as the panel's own counts */
export const randomString = (length = 10): string => randomBytes(Math.round(length / 2)).toString('hex')
