import { Field } from '../../components/ui/field.tsx';

const LONGEST = 200;

/** The first step. */
export function PasswordFields() {
  return (
    <>
      <Field
        key="email"
        label="E-mail"
        name="email"
        type="email"
        autoComplete="username"
        required
        autoFocus
        maxLength={LONGEST}
      />
      <Field
        key="password"
        label="Password"
        name="password"
        type="password"
        autoComplete="current-password"
        required
        maxLength={LONGEST}
      />
    </>
  );
}

/** The second step, for whoever has a second factor. */
export function CodeFields() {
  return (
    <Field
      key="code"
      label="Code"
      hint="Six digits from your authenticator app, or one of your recovery codes."
      name="code"
      autoComplete="one-time-code"
      autoCapitalize="characters"
      spellCheck={false}
      required
      autoFocus
      maxLength={40}
    />
  );
}
