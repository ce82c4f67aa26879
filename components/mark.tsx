/** Lockstep's mark: two steps, one behind the other. */
export function Mark({ size = 22 }: { size?: number }) {
  return (
    <svg width={size} height={size} viewBox="0 0 22 22" aria-hidden="true" className="text-accent">
      <g fill="none" stroke="currentColor" strokeWidth="2" strokeLinecap="round">
        <path d="M3 16h4V11h4V6h4" />
        <path d="M7 20h4v-5h4v-5h4" opacity=".45" />
      </g>
    </svg>
  );
}
