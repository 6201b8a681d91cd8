import type { Message } from './message.ts'
import type { Story } from './store/port.ts'

/** The message as it came; undefined where it is not known, or retention has taken its body. */
export function originalOf(story: Story | undefined): Message | undefined {
  if (!story) return undefined
  const { body, filtered: _, key: __, ...kept } = story.message
  return body && { ...kept, body }
}
