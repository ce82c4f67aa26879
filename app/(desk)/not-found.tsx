import { NothingHere } from '../../components/nothing-here.tsx';

/** Within the frame of the desk, which has the page's main part already. */
export default function NotFound() {
  return <NothingHere />;
}
