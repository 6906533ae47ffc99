import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Browser, BrowserContext, BrowserContextOptions, Page } from 'playwright-core'
import { afterAll, afterEach, beforeAll, beforeEach } from 'vitest'
import {
  type DashboardProcess,
  goTo,
  launchBrowser,
  openDashboardPage,
  seriousFindings,
  startDashboard,
  stopDashboard,
} from './dashboard-browser.js'

/** What the tests of a file look at: the real command over a home of its own, and a page that each test opens anew. */
export class DashboardSite {
  browser!: Browser
  home!: string
  dashboard!: DashboardProcess
  context: BrowserContext | undefined
  page!: Page
  /** What the page should not have done, see `OpenedPage`. */
  complaints!: readonly string[]

  /** Opens the page; the end of the test closes it. */
  async open(options?: BrowserContextOptions): Promise<void> {
    Object.assign(this, await openDashboardPage(this.browser, this.dashboard, options))
  }

  /** Opens an empty page in a browser of its own, in place of the one before. */
  async openEmpty(options?: BrowserContextOptions): Promise<void> {
    await this.context?.close()
    this.context = await this.browser.newContext(options)
    this.page = await this.context.newPage()
  }

  go(hash: string, heading: string): Promise<void> {
    return goTo(this.page, hash, heading)
  }

  findings(): Promise<string[]> {
    return seriousFindings(this.page)
  }
}

export interface SiteOptions {
  /** Whether home and command serve all tests of the file, or each test has its own. Default 'file'. */
  readonly per?: 'file' | 'test'
  /** Fills the home before the command starts. */
  readonly prepare?: (home: string) => Promise<void>
  /** Starts the command in the home, as a person in that folder would. */
  readonly startsInHome?: boolean
}

/** Sets a site up and takes it down around the tests of the file that calls this. */
export function dashboardSite({ per = 'file', prepare, startsInHome = false }: SiteOptions = {}): DashboardSite {
  const site = new DashboardSite()
  const [before, after] = per === 'file' ? [beforeAll, afterAll] : [beforeEach, afterEach]
  beforeAll(async () => {
    site.browser = await launchBrowser()
  })
  afterAll(() => site.browser?.close())
  before(async () => {
    site.home = await mkdtemp(join(tmpdir(), 'gym-page-'))
    await prepare?.(site.home)
    site.dashboard = await startDashboard(site.home, [], startsInHome ? site.home : undefined)
  })
  after(async () => {
    await stopDashboard(site.dashboard)
    await rm(site.home, { recursive: true, force: true })
  })
  // Hooks of the same kind run from the last to the first: the page is closed before its server ends.
  afterEach(() => site.context?.close())
  return site
}
