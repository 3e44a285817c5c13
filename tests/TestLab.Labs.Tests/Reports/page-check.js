// What is wrong with a page to the eye: a list of sentences. Everything that can be opened is open.
(() => {
  const wrong = [];
  const say = (what, element) => wrong.push(`${what}: ${(element.textContent || element.tagName).trim().slice(0, 60)}`);
  document.querySelectorAll('details').forEach(details => { details.open = true; });
  const page = document.documentElement;
  if (page.scrollWidth > page.clientWidth) wrong.push(`the page is ${page.scrollWidth} wide in ${page.clientWidth}`);

  // Beyond the edge only what lies in something that scrolls by itself.
  const scrolls = element => element.closest('.scroll, .picture, pre') !== null;
  for (const element of document.querySelectorAll('body *')) {
    const box = element.getBoundingClientRect();
    if (box.width === 0 || box.height === 0 || element.closest('svg, title')) continue;
    if (!scrolls(element) && (box.right > page.clientWidth + 1 || box.left < -1)) say('beyond the edge', element);
    const style = getComputedStyle(element);
    if (style.overflowX === 'hidden' && element.scrollWidth > element.clientWidth + 1) say('cut off', element);
  }

  for (const picture of document.querySelectorAll('svg')) {
    const frame = picture.getBoundingClientRect();
    const texts = [...picture.querySelectorAll('text')].map(text => ({ text, box: text.getBoundingClientRect() }));
    for (const { text, box } of texts) {
      if (box.left < frame.left - 1 || box.right > frame.right + 1 || box.top < frame.top - 1 || box.bottom > frame.bottom + 1)
        say(`outside of its picture (${picture.getAttribute('aria-label')})`, text);
      if (box.height < 8) say(`too small (${box.height} pixels)`, text);
    }
    texts.forEach((one, index) => texts.slice(index + 1).forEach(other => {
      const across = Math.min(one.box.right, other.box.right) - Math.max(one.box.left, other.box.left);
      const down = Math.min(one.box.bottom, other.box.bottom) - Math.max(one.box.top, other.box.top);
      if (across > 1 && down > 3) say(`on top of "${one.text.textContent}"`, other.text);
    }));
  }
  return wrong;
})()
