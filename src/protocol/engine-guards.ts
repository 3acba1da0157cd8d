import type { Language } from '../core/speech/say.js'
import { DEPLOY_OUTCOMES, DRIFT_OUTCOMES, MOST_IMPORTED, VERIFY_OUTCOMES } from './engine.js'
import type {
  ApplyReport,
  DrainReport,
  DriftReport,
  EngineDocument,
  EngineRequest,
  EngineRequestOf,
  EngineResult,
  ExpectedHost,
  FromEngine,
  HostKeyQuestion,
  ImportReport,
  LabDownReport,
  LabStatusReport,
  LabUpReport,
  NamedRealServer,
  PlannedHost,
  PlannedStep,
  PlanReport,
  RemoveReport,
  RollbackReport,
  RunningLab,
  SecretQuestion,
  ServiceReport,
  ToEngine,
  VerifyReport,
} from './engine.js'
import { HOST_NAME } from '../core/topology/names.js'
import { isRehearsal } from './rehearsal.js'
import {
  integerIn,
  isFlag,
  isText,
  kindsOf,
  listOf,
  oneOf,
  optional,
  recordOf,
  shape,
  textUpTo,
} from './shape.js'
import type { Guard } from './shape.js'

type Of<T extends { readonly kind: string }, K extends T['kind']> = Extract<T, { readonly kind: K }>

const isId = integerIn(1, Number.MAX_SAFE_INTEGER)
const isPath = textUpTo(4096)
/** Far above what the reader takes (parse.ts says so in words, which is better than a message that is dropped). */
const isDocument = shape<EngineDocument>({
  file: isPath,
  text: textUpTo(64 * 1024 * 1024),
  settings: optional(textUpTo(1024 * 1024)),
})
const isExpectedHost = shape<ExpectedHost>({ host: isText, observedHash: textUpTo(256) })
const isDrain = integerIn(0, 86_400)

const isHostNames: Guard<readonly string[]> = (value): value is readonly string[] =>
  listOf(isText)(value) &&
  value.length > 0 &&
  value.length <= MOST_IMPORTED &&
  value.every((name) => HOST_NAME.test(name))
const isNamedRealServer = shape<NamedRealServer>({ service: isText, realServer: isText })

const changing = {
  document: isDocument,
  sshConfig: optional(isPath),
  expected: listOf(isExpectedHost),
  drainSeconds: isDrain,
}

const isRequest = kindsOf<EngineRequest>({
  plan: shape<EngineRequestOf<'plan'>>({
    kind: oneOf('plan'),
    purpose: oneOf('apply', 'remove', 'rollback', 'drain', 'undrain'),
    realServer: optional(isNamedRealServer),
    document: isDocument,
    sshConfig: optional(isPath),
  }),
  apply: shape<EngineRequestOf<'apply'>>({ kind: oneOf('apply'), ...changing }),
  verify: shape<EngineRequestOf<'verify'>>({
    kind: oneOf('verify'),
    document: isDocument,
    sshConfig: optional(isPath),
  }),
  remove: shape<EngineRequestOf<'remove'>>({ kind: oneOf('remove'), ...changing }),
  rollback: shape<EngineRequestOf<'rollback'>>({ kind: oneOf('rollback'), ...changing }),
  drain: shape<EngineRequestOf<'drain'>>({
    kind: oneOf('drain'),
    document: isDocument,
    sshConfig: optional(isPath),
    expected: listOf(isExpectedHost),
    realServer: isNamedRealServer,
    lift: isFlag,
    waitSeconds: isDrain,
  }),
  drift: shape<EngineRequestOf<'drift'>>({
    kind: oneOf('drift'),
    document: isDocument,
    sshConfig: optional(isPath),
  }),
  import: shape<EngineRequestOf<'import'>>({
    kind: oneOf('import'),
    hosts: isHostNames,
    sshConfig: optional(isPath),
  }),
  'lab-up': shape<EngineRequestOf<'lab-up'>>({ kind: oneOf('lab-up'), document: isDocument }),
  'lab-down': shape<EngineRequestOf<'lab-down'>>({ kind: oneOf('lab-down'), document: isDocument }),
  'lab-status': shape<EngineRequestOf<'lab-status'>>({ kind: oneOf('lab-status'), document: isDocument }),
  rehearse: shape<EngineRequestOf<'rehearse'>>({
    kind: oneOf('rehearse'),
    document: isDocument,
    keep: isFlag,
  }),
})

/** What the engine may act on. */
export const isToEngine: Guard<ToEngine> = kindsOf<ToEngine>({
  speak: shape<Of<ToEngine, 'speak'>>({
    kind: oneOf('speak'),
    language: shape<Language>({ tag: oneOf('zh-CN'), texts: recordOf(isText) }),
  }),
  request: shape<Of<ToEngine, 'request'>>({ kind: oneOf('request'), id: isId, request: isRequest }),
  cancel: shape<Of<ToEngine, 'cancel'>>({ kind: oneOf('cancel'), id: isId }),
  answer: shape<Of<ToEngine, 'answer'>>({
    kind: oneOf('answer'),
    id: isId,
    question: isId,
    trusted: isFlag,
  }),
  secret: shape<Of<ToEngine, 'secret'>>({
    kind: oneOf('secret'),
    id: isId,
    question: isId,
    secret: optional(textUpTo(4096)),
  }),
  ping: shape<Of<ToEngine, 'ping'>>({ kind: oneOf('ping'), id: isId }),
})

const isPort = integerIn(1, 65_535)
const isSecretQuestion = kindsOf<SecretQuestion>({
  passphrase: shape<Of<SecretQuestion, 'passphrase'>>({
    kind: oneOf('passphrase'),
    host: isText,
    again: isFlag,
    file: isPath,
  }),
  password: shape<Of<SecretQuestion, 'password'>>({
    kind: oneOf('password'),
    host: isText,
    again: isFlag,
    user: isText,
    address: isText,
    port: isPort,
  }),
  prompt: shape<Of<SecretQuestion, 'prompt'>>({
    kind: oneOf('prompt'),
    host: isText,
    again: isFlag,
    user: isText,
    address: isText,
    port: isPort,
    instructions: isText,
    prompt: isText,
    echo: isFlag,
  }),
})

const isVerifyOutcome = oneOf(...VERIFY_OUTCOMES)
const isService = shape<ServiceReport>({ service: isText, outcome: isVerifyOutcome, detail: isText })
const isPlannedHost = shape<PlannedHost>({
  host: isText,
  observedHash: isText,
  steps: listOf(
    shape<PlannedStep>({ summary: isText, why: isText, before: isText, after: isText, revertible: isFlag }),
  ),
  notes: listOf(isText),
  before: textUpTo(16 * 1024 * 1024),
  after: textUpTo(16 * 1024 * 1024),
})
const isRunningLab = shape<RunningLab>({
  name: isText,
  sshConfig: isPath,
  hosts: listOf(isText),
  problems: listOf(isText),
})
const deployed = {
  outcome: oneOf(...DEPLOY_OUTCOMES, 'REFUSED'),
  hosts: listOf(
    shape<ApplyReport['hosts'][number]>({
      host: isText,
      outcome: oneOf(...DEPLOY_OUTCOMES),
      detail: isText,
    }),
  ),
  refusals: listOf(isText),
  services: listOf(isService),
}

const isResult = kindsOf<EngineResult>({
  plan: shape<PlanReport>({
    kind: oneOf('plan'),
    cluster: isText,
    hash: isText,
    hosts: listOf(isPlannedHost),
    refusals: listOf(isText),
    failures: listOf(isText),
  }),
  apply: shape<ApplyReport>({ kind: oneOf('apply'), ...deployed }),
  remove: shape<RemoveReport>({ kind: oneOf('remove'), ...deployed }),
  rollback: shape<RollbackReport>({ kind: oneOf('rollback'), ...deployed }),
  drain: shape<DrainReport>({
    kind: oneOf('drain'),
    ...deployed,
    drained: optional(
      shape<NonNullable<DrainReport['drained']>>({ kind: oneOf('ended', 'left', 'unknown'), text: isText }),
    ),
  }),
  drift: shape<DriftReport>({
    kind: oneOf('drift'),
    outcome: oneOf(...DRIFT_OUTCOMES),
    hosts: listOf(
      shape<DriftReport['hosts'][number]>({
        host: isText,
        outcome: oneOf(...DRIFT_OUTCOMES),
        detail: isText,
      }),
    ),
  }),
  verify: shape<VerifyReport>({
    kind: oneOf('verify'),
    outcome: isVerifyOutcome,
    summary: isText,
    hosts: listOf(
      shape<VerifyReport['hosts'][number]>({ host: isText, outcome: isVerifyOutcome, detail: isText }),
    ),
    services: listOf(isService),
  }),
  import: shape<ImportReport>({
    kind: oneOf('import'),
    text: textUpTo(64 * 1024 * 1024),
    services: integerIn(1, Number.MAX_SAFE_INTEGER),
    notes: listOf(isText),
  }),
  'lab-up': shape<LabUpReport>({ kind: oneOf('lab-up'), lab: isRunningLab }),
  'lab-down': shape<LabDownReport>({ kind: oneOf('lab-down'), name: isText, existed: isFlag }),
  'lab-status': shape<LabStatusReport>({
    kind: oneOf('lab-status'),
    name: isText,
    state: oneOf('running', 'starting', 'stopped'),
    lab: optional(isRunningLab),
  }),
  rehearse: isRehearsal,
})

/** What the extension may believe. */
export const isFromEngine: Guard<FromEngine> = kindsOf<FromEngine>({
  progress: shape<Of<FromEngine, 'progress'>>({ kind: oneOf('progress'), id: isId, message: isText }),
  question: shape<Of<FromEngine, 'question'>>({
    kind: oneOf('question'),
    id: isId,
    question: isId,
    hostKey: shape<HostKeyQuestion>({
      host: isText,
      address: isText,
      port: isPort,
      keyType: isText,
      sha256: isText,
    }),
  }),
  'secret-question': shape<Of<FromEngine, 'secret-question'>>({
    kind: oneOf('secret-question'),
    id: isId,
    question: isId,
    secret: isSecretQuestion,
  }),
  done: shape<Of<FromEngine, 'done'>>({ kind: oneOf('done'), id: isId, result: isResult }),
  failed: shape<Of<FromEngine, 'failed'>>({
    kind: oneOf('failed'),
    id: isId,
    message: isText,
    cancelled: isFlag,
    unknown: isFlag,
  }),
  pong: shape<Of<FromEngine, 'pong'>>({ kind: oneOf('pong'), id: isId }),
})
