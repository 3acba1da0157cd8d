export * from '../../src/lab/kernel-run/agreement.js'
