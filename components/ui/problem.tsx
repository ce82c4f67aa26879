/** What went wrong with an act, in a sentence, read aloud. */
export function Problem({ text }: { text: string | null }) {
  if (!text) return null;
  return (
    <p role="alert" className="text-loss">
      {text}
    </p>
  );
}
