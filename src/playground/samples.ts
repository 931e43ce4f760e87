/** The stand-in's sample replies, one per format. Markdown. */

const SENTENCES = [
  'A skein is a length of yarn, wound so loosely that it can be undone from either end.',
  'Whoever knits from it first winds it into a ball, because a skein that is pulled at tangles.',
  'Wool takes dye well, linen takes it slowly, and cotton wants to be asked twice.',
  'The thread is measured in metres, sold by weight, and judged by the hand.',
  'Two plies twisted against each other hold better than one that is twice as thick.',
  'A knot in the middle is no fault of the yarn, but it is better found before the sleeve is done.',
  'What was knitted can be undone row by row, and nothing of the thread is lost.',
];
const SECTIONS = 26;
const SENTENCES_A_SECTION = 6;

/** Exceeds 12,000 bytes, the limit of one Slack message, so that the reply is split. */
export function longSample(): string {
  const sections = Array.from({ length: SECTIONS }, (_, at) => {
    const sentences = Array.from(
      { length: SENTENCES_A_SECTION },
      (__, nth) => SENTENCES[(at * 2 + nth) % SENTENCES.length],
    );
    return `## Part ${at + 1} of ${SECTIONS}\n\n${sentences.slice(0, 3).join(' ')}\n\n${sentences.slice(3).join(' ')}`;
  });
  return `Here is filler text, long enough to need more than one message.\n\n${sections.join('\n\n')}\n\nThat was all of it.`;
}

export const CODE_SAMPLE = `A fenced block, with its language named:

\`\`\`python
def wind(skein: list[str]) -> str:
    """One ball out of many strands, in their order."""
    return " ".join(strand.strip() for strand in skein)


print(wind(["keep ", " the", "thread"]))
\`\`\`

And \`code\` in the middle of a sentence.`;

export const TABLE_SAMPLE = `A table, aligned by column:

| Yarn | Metres in 100 g | Needles |
| :--- | ---: | :---: |
| Lace | 800 | 2 mm |
| Sock | 420 | 2.5 mm |
| Worsted | 200 | 4.5 mm |
| Bulky | 100 | 7 mm |

Below it, the text goes on.`;

/** In the form in which a model is told to write a chart. */
export const CHART_SAMPLE = `What was knitted, as a chart:

\`\`\`chart
bar: Rows knitted in a week
Day,Ada,Linus
Mon,42,30
Tue,55,48
Wed,38,61
Thu,70,52
Fri,64,45
\`\`\`

Ada was ahead on Thursday.`;

/** In the form in which a model is told to ask for a picture. */
export const PICTURE_SAMPLE = `A picture:

\`\`\`image name=yarn.png
Three balls of red yarn on a table
\`\`\`

Reply *make it blue*, or any other color.`;

/** A change of that picture. */
export function changedPicture(color: string): string {
  return `Here it is:\n\n\`\`\`image name=yarn-${color}.png from=yarn.png\nMake the yarn ${color}\n\`\`\``;
}

/** In the form in which a model is told to write what is asked for as a file. */
export const FILE_SAMPLE = `A table of yarns, as a file:

\`\`\`csv name=yarns.csv
yarn,metres in 100 g,needles
lace,800,2 mm
fingering,400,2.5 mm
sport,330,3 mm
worsted,200,4.5 mm
aran,160,5 mm
bulky,100,7 mm
\`\`\``;
