/** A topic that is followed: a record that is sent on the page comes by itself, and who has looked at it follows on. */
import { expect, it, onTestFinished } from 'vitest';
import { heading, says, type WhenLive } from './live.ts';

export function follow(live: WhenLive): void {
  const open = async (hash: string) => {
    const tab = await live().browser.open(live().link);
    onTestFinished(() => tab.close());
    await tab.page.evaluate(`location.hash = ${JSON.stringify(hash)}`);
    return tab;
  };

  it('shows a record that was sent by keyboard as it comes, and goes on after a look at it', async () => {
    const { page, violations } = await open('#/messages/orders?from=live');
    const messages = page.getByRole('region', { name: 'Messages', exact: true });
    const isLive = () => says(messages.getByText('Live', { exact: true }));
    await isLive();

    const { page: sender } = await open('#/connect');
    await says(sender.getByRole('button', { name: 'Send one example record' }));
    await sender.getByRole('button', { name: 'Send one example record' }).focus();
    await sender.keyboard.press('Enter');
    const sent = sender.getByRole('link', { name: /, and what becomes of it$/ });
    await says(sent);
    const [, place = ''] = /^orders (\d+\/\d+),/.exec(await sent.innerText()) ?? [];
    await sent.click();
    await says(heading(sender, `orders ${place}`));

    const row = messages.getByRole('link', { name: place, exact: true });
    await says(row);
    expect(await violations()).toEqual([]);
    await row.click();
    await says(heading(page, `orders ${place}`));
    await page.goBack();
    await isLive();
  });
}
