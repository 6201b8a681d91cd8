/** What libxslt finds wrong with a stylesheet. */
export interface SheetFault {
  readonly file: string
  readonly line?: number
  readonly message: string
}

const PLACE = /^(?:compilation|runtime) error(?:: file (\S+)(?: line (\d+))?(?: element (\S+))?)?:?\s*$/
const PARSER = /^(\S+?):(\d+): \w[\w ]* error : (.*)$/
const MAX_FAULTS = 20
const MAX_TEXT = 300

/** The errors in what libxslt wrote to stderr: a line that says where, then one or more that say what; the reason of an XPath's stands before. */
export function sheetFaults(said: string, file: string): readonly SheetFault[] {
  const faults: SheetFault[] = []
  let where: Omit<SheetFault, 'message'> = { file }
  let before = ''
  for (const line of said.split('\n').filter(line => line.trim() !== '')) {
    const place = PLACE.exec(line)
    const parser = PARSER.exec(line)
    if (place) where = placeOf(place, file)
    else if (parser) faults.push({ file: parser[1] ?? file, line: Number(parser[2]), message: clip(parser[3] ?? '') })
    else if (/^(?:XPath|I\/O) \w+ : /.test(line)) before = line.replace(/^.*? : /, '')
    else if (isText(line)) {
      faults.push({ ...where, message: clip(textOf(line, before)) })
      before = ''
    }
  }
  if (faults.length === 0 && before !== '') faults.push({ ...where, message: clip(before) })
  return faults.slice(0, MAX_FAULTS)
}

function placeOf([, file, line]: RegExpExecArray, fallback: string): Omit<SheetFault, 'message'> {
  return { file: file ?? fallback, ...(line !== undefined && { line: Number(line) }) }
}

/** The parser shows the line that it stumbled on, and a mark below. */
function isText(line: string): boolean {
  return !/^\s*\^\s*$/.test(line) && !/^\s*</.test(line)
}

/** Without the name of the function in libxslt. */
function textOf(line: string, reason: string): string {
  const text = line.replace(/^xslt\w+ ?: /, '').replace(/\.$/, '')
  if (reason === '') return text
  return text === 'XPath evaluation returned no result' ? reason : `${text} (${reason})`
}

function clip(text: string): string {
  return text.length > MAX_TEXT ? `${text.slice(0, MAX_TEXT)}...` : text
}
