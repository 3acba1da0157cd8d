import type { Span } from '../../topology/position.js'

/** What reading rules can find wrong, each explained in checks/ipvsadm or as a rule about clusters. */
export type IpvsadmProblemCode =
  | 'IPVS-SYNTAX'
  | 'IPVS-COMMENT'
  | 'IPVS-NAME'
  | 'IPVS-VALUE'
  | 'IPVS-ORDER'
  | 'DUP-VS'
  | 'DUP-RS'
  | 'DR-PORT'
  | 'TUN-PORT'
  | 'TUN-FAM'
  | 'TUN-GUE'
  | 'THRESH'
  | 'OPS-UDP'
  | 'PERSIST0'
  | 'SCHED-FLAGS'
  | 'RS-ADDR'

/** `newText`: what should stand there instead; empty to take it out. */
export type Tell = (code: IpvsadmProblemCode, span: Span, message: string, newText?: string) => void
