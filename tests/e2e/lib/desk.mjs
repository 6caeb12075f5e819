// The support desk, as an agent sees it.
import { routes } from "./routes.mjs";

/** What whoever is locked out may say happened. */
export const LOST = { phone: "My phone or device is lost, stolen or broken" };

/** The form behind "I can't use any of these", filled in and sent. */
export async function askSupport(portal, { lost = LOST.phone, message = "", email } = {}) {
  if (email) await portal.email.fill(email);
  await portal.page.getByRole("radio", { name: lost }).check();
  await portal.field("In your own words").fill(message);
  await portal.button("Ask support").click();
  await portal.says("Support has your request");
}

export class Desk {
  /**
   * @param {import("./pages.mjs").Portal} portal an agent's browser
   * @param {import("./oath.mjs").Phone} phone the agent's
   */
  constructor(portal, phone) {
    this.portal = portal;
    this.phone = phone;
  }

  get page() {
    return this.portal.page;
  }

  /** A request in the queue. */
  request(who) {
    return this.page.getByRole("listitem").filter({ hasText: who }).getByRole("link").first();
  }

  async openRequest(who) {
    await this.portal.open(routes.desk);
    await this.request(who).click();
    await this.page.getByRole("heading", { level: 1, name: `Request: ${who}` }).waitFor();
  }

  async search(text) {
    await this.portal.open(routes.desk);
    await this.page.getByRole("searchbox").fill(text);
    await this.portal.button("Search").click();
  }

  /** From a search to the one page of an account. */
  async openAccount(text, name) {
    await this.search(text);
    await this.page.getByRole("listitem").filter({ hasText: name }).getByRole("link").first().click();
    await this.page.getByRole("heading", { level: 1, name }).waitFor();
  }

  /** On the page of an account: to the form, filled in and sent. */
  async suspend({ kind, hours = "1", reason = "lost phone", ticket = "T-4711", proof = "Called back on the number in the contract" }) {
    await this.portal.follow(this.portal.link("Suspend the second step"));
    await this.portal.prove(this.phone);
    await this.page.getByRole("radio", { name: kind }).check();
    await this.page.getByRole("spinbutton", { name: "For how many hours" }).fill(hours);
    await this.portal.field("Reason").fill(reason);
    await this.portal.field("Case").fill(ticket);
    await this.portal.field("How the owner was known").fill(proof);
    await this.page.getByRole("button", { name: /^(Suspend|Ask for approval)$/ }).click();
    await this.portal.notice.waitFor();
  }

  /** The code that can be read out: the one that came with the suspension, or a new one from its page. */
  async makeCode() {
    const shown = this.page.locator("#support-code span");
    if ((await shown.count()) > 0) return (await shown.allInnerTexts()).join("-");
    const make = this.page.getByRole("button", { name: /^Make a (support|new) code$/ });
    await this.portal.follow(make);
    if (await this.portal.prove(this.phone)) await make.click();
    await this.page.locator("#support-code").waitFor();
    const groups = await this.page.locator("#support-code span").allInnerTexts();
    return groups.join("-");
  }
}
