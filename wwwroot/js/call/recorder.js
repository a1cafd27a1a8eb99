// @ts-check
export class Recorder {}
