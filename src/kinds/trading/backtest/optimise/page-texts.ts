// What people read of a search, in its page and in the terminal.
import type { Objective } from './objective.js'

export const optimiseTexts = {
  language: 'en',
  objectives: {
    sharpe: 'Sharpe ratio',
    sortino: 'Sortino ratio',
    calmar: 'Calmar ratio',
    return: 'return %',
    cagr: 'CAGR %',
    'profit-factor': 'profit factor',
    sqn: 'SQN',
    expectancy: 'expectancy %',
    'win-rate': 'win rate %',
    drawdown: 'drawdown %',
  } satisfies Record<Objective, string>,
  lead: (objective: string, points: string, method: string) =>
    `Searched for the best ${objective}: ${points} points, ${method}`,
  method: (method: string, seed: number | null) => (seed === null ? method : `${method}, seed ${seed}`),
  counts: (done: string, planned: string) => `${done} of ${planned} backtests`,
  refused: (count: string) => `${count} refused by the strategy`,
  excluded: (count: string) => `${count} left out (too few trades, or too deep a drawdown)`,
  stopped: 'It was stopped: what follows is of the trials that were done.',
  ranking: 'The best',
  rankingLead: (from: string, to: string) => `Chosen from ${from} to ${to}`,
  heldBack: (from: string, to: string) => `; tried on what they had not seen, ${from} to ${to}`,
  noneRanked: 'No trial could win: none had the trades or the drawdown that were asked for.',
  columns: {
    rank: '#',
    inside: 'in sample',
    outside: 'out of sample',
    returned: 'return %',
    drawdown: 'drawdown %',
    trades: 'trades',
  },
  heat: 'Two parameters',
  heatLead: (objective: string, across: string, down: string) =>
    `The best ${objective} of all trials with these two; ${across} across, ${down} down. A lonely peak is likelier luck than a wide hill.`,
  heatTitle: (across: string, down: string, value: string) => `${across}, ${down}: ${value}`,
  windows: 'Walk-forward',
  windowsLead: (anchored: boolean) =>
    `Parameters are chosen in each window${anchored ? ', which begins with the data each time,' : ''} and then tried in the time after it, which they have not seen.`,
  windowColumns: ['Chosen in', 'Tried in', 'Parameters', 'In sample', 'Out of sample', 'Return %', 'Trades'],
  shortWindowColumns: ['tried in', 'parameters', 'in sample', 'out', 'return %', 'trades'],
  compounded: (percent: string) => `Out of sample, one window after the other: ${percent} %`,
  trust: 'How far to believe it',
  deflated: 'Deflated Sharpe ratio',
  deflatedHelp: (trials: string) =>
    `The probability that the winner’s Sharpe ratio is more than the luck of ${trials} trials (Bailey and López de Prado, 2014). Above 0.95 is convincing.`,
  share: 'Out of sample, of in sample',
  shareHelp:
    'Return per time where the winners were not chosen, over that where they were. Below 50 % most of it was fitted.',
  unknown: 'not enough to say',
  noWarnings: 'Nothing speaks against it, which proves nothing either.',
  searched: 'What was searched',
  madeBy: 'Made by frota trading optimise.',
  wrote: (path: string) => `Written: ${path}`,
  progress: (best: string | null) => (best === null ? 'backtests' : `backtests, best ${best}`),
}
