import { speak } from '../src/core/speech/say.js'
import type { Language } from '../src/core/speech/say.js'

/* The page has the texts of its language as data, unless that is English. */

const language = document.getElementById('language')
if (language !== null) speak(JSON.parse(language.textContent) as Language)
