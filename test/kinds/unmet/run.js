export async function run() {
  throw new Error('it was started without what it needs')
}
