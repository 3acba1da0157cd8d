import type { DocumentSelector } from 'vscode'
import { LANGUAGE } from '../catalogue.js'

/** Topologies by their language, or by their name where a person gave them another language. */
export const TOPOLOGIES: DocumentSelector = [{ language: LANGUAGE }, { pattern: '**/*.lvs.{yaml,yml}' }]
