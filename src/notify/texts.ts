// What alerts and messages say beside what they are given to say.
export const TEXTS = {
  test: { title: 'frota: a test', text: 'Alerts arrive here.' },
  over: (title: string) => `Over: ${title}`,
  well: 'It is well again.',
  more: (text: string, held: number) => `${text} (${held} more since the last message)`,
}
