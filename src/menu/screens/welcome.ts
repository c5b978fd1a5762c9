// The first time: nobody is here yet. The demo, or a first customer and session, step by step.
import type { Menu } from '../context.js'
import { messages as m } from '../messages.js'
import { BACK, Leave } from '../prompts.js'
import { addSession } from './add-session.js'

type Answer = 'first' | 'demo' | 'menu' | 'leave'

export async function welcome(menu: Menu): Promise<void> {
  for (;;) {
    const answer = await menu.ask.select<Answer>(
      { crumbs: [m.welcome.title], lines: () => m.welcome.lines },
      {
        choices: [
          { value: 'first', name: m.welcome.first, help: m.welcome.firstHelp },
          { value: 'demo', name: m.welcome.demo, help: m.welcome.demoHelp },
          { value: 'menu', name: m.welcome.menu },
          { value: 'leave', name: m.welcome.leave },
        ],
        hint: m.hint.home,
      },
    )
    if (answer === BACK || answer === 'leave') throw new Leave()
    if (answer === 'menu') return
    if (answer === 'demo') await showDemo(menu)
    if (answer === 'first' && (await addSession(menu))) return
  }
}

async function showDemo(menu: Menu): Promise<void> {
  const answer = await menu.ask.select<'run' | 'back'>(
    { crumbs: [m.welcome.title, m.welcome.demoTitle], lines: () => m.welcome.demoLines },
    {
      choices: [
        { value: 'run', name: m.welcome.runDemo },
        { value: 'back', name: m.back },
      ],
    },
  )
  if (answer === 'run') throw new Leave({ wantsDemo: true })
}
