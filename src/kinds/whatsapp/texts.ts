// What a person does on the phone to pair it, as the app itself calls its buttons in each language.
import type { PairWords } from '../../core/one-time-links.js'

export const PAIRING: PairWords = {
  app: 'WhatsApp',
  steps: {
    'pt-BR': {
      scan: [
        'Abra o WhatsApp no celular que você quer conectar.',
        'No Android, toque em *⋮* e em *Dispositivos conectados*. No iPhone, toque em *Configurações* e em *Dispositivos conectados*.',
        'Toque em *Conectar dispositivo* e aponte a câmera para este código.',
      ],
      type: [
        'Abra o WhatsApp neste celular.',
        'No Android, toque em *⋮* e em *Dispositivos conectados*. No iPhone, toque em *Configurações* e em *Dispositivos conectados*.',
        'Toque em *Conectar dispositivo* e depois em *Conectar com número de telefone*.',
        'Digite o código desta página.',
      ],
    },
    es: {
      scan: [
        'Abre WhatsApp en el teléfono que quieres conectar.',
        'En Android, toca *⋮* y *Dispositivos vinculados*. En iPhone, toca *Ajustes* y *Dispositivos vinculados*.',
        'Toca *Vincular dispositivo* y apunta la cámara a este código.',
      ],
      type: [
        'Abre WhatsApp en este teléfono.',
        'En Android, toca *⋮* y *Dispositivos vinculados*. En iPhone, toca *Ajustes* y *Dispositivos vinculados*.',
        'Toca *Vincular dispositivo* y luego *Vincular con el número de teléfono*.',
        'Escribe el código de esta página.',
      ],
    },
    en: {
      scan: [
        'Open WhatsApp on the phone that you want to connect.',
        'On Android, tap *⋮* and *Linked devices*. On iPhone, tap *Settings* and *Linked Devices*.',
        'Tap *Link a device* and point the camera at this code.',
      ],
      type: [
        'Open WhatsApp on this phone.',
        'On Android, tap *⋮* and *Linked devices*. On iPhone, tap *Settings* and *Linked Devices*.',
        'Tap *Link a device*, then *Link with phone number instead*.',
        'Type the code of this page.',
      ],
    },
  },
}
