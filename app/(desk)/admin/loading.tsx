import { ListShape } from '../../../components/ui/shape.tsx';

export default function Loading() {
  return <ListShape label="Loading" />;
}
