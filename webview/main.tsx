// First: what other modules say while they are loaded is in this language already.
import './language-of-page.js'
import { createRoot } from 'react-dom/client'
import { Designer } from './designer.js'
import { connectHost } from './host.js'
import '@xyflow/react/dist/base.css'
import './designer.css'
import './palette/palette.css'
import './canvas/drawn.css'
import './panel/panel.css'
import './preferences.css'
import './canvas/canvas.css'
import './walk/walk.css'

const host = connectHost()
const report = (what: unknown) => {
  host.send({ kind: 'fault', message: what instanceof Error ? (what.stack ?? what.message) : String(what) })
}
window.addEventListener('error', ({ error, message }) => {
  // Not a fault: the browser says that it will go on observing in the next frame.
  if (message.startsWith('ResizeObserver loop')) return
  report(error ?? message)
})
window.addEventListener('unhandledrejection', ({ reason }) => {
  report(reason)
})

const place = document.getElementById('designer')
if (place === null) throw new Error('the page has no place for the designer')
createRoot(place, { onUncaughtError: report, onCaughtError: report }).render(
  <Designer host={host} layoutWorker={place.dataset['layoutWorker'] ?? ''} />,
)
