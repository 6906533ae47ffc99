/** Keeps the answers to the latest questions, each a text; what a question throws is not kept. */
export class RecentAnswers<Answer> {
  readonly #answers = new Map<string, Answer>()
  readonly #most: number
  readonly #longestQuestion: number

  /** Answers kept at most, and characters of a question that is still kept. */
  constructor(most: number, longestQuestion: number) {
    this.#most = most
    this.#longestQuestion = longestQuestion
  }

  get(question: string, answer: () => Answer): Answer {
    const kept = this.#answers.get(question)
    const found = kept === undefined ? answer() : kept
    this.#answers.delete(question)
    if (question.length <= this.#longestQuestion) this.#answers.set(question, found)
    const [oldest] = this.#answers.keys()
    if (this.#answers.size > this.#most && oldest !== undefined) this.#answers.delete(oldest)
    return found
  }
}
