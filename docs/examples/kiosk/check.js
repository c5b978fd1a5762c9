export async function check({ secrets }) {
  const wrong = Object.entries(secrets).filter(([, serial]) => !/^\d{6}$/.test(serial.reveal()))
  const found = wrong.map(([what]) => ({ level: 'error', what, text: 'is no serial number', hint: 'six digits' }))
  return found.length > 0 ? found : [{ level: 'ok', what: 'readers', text: `${Object.keys(secrets).length} known` }]
}
