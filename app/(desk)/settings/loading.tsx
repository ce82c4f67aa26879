import { Bar, ListShape } from '../../../components/ui/shape.tsx';

export default function Loading() {
  return (
    <>
      <Bar className="h-8 w-32" />
      <ListShape rows={4} label="Loading settings" />
    </>
  );
}
