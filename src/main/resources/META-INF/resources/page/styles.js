/** What all elements of the page share: buttons, fields, headings, and what only screen readers say. */
import { css } from 'lit';

export const base = css`
  :host { display: block; }
  :host([hidden]), [hidden] { display: none !important; }
  *, *::before, *::after { box-sizing: border-box; }
  h1, h2, h3, p, ul, ol, dl, dd, figure { margin: 0; padding: 0; }
  ul, ol { list-style: none; }
  h1 { font-size: var(--text-5); font-weight: 620; letter-spacing: -0.018em; line-height: 1.2; }
  h2 { font-size: var(--text-1); font-weight: 600; letter-spacing: 0.06em; text-transform: uppercase; color: var(--soft); }
  a { color: inherit; text-decoration: none; }
  a.plain { text-decoration: underline; text-decoration-color: var(--edge); text-underline-offset: 3px; }
  a.plain:hover { text-decoration-color: currentColor; }
  :focus-visible { outline: 2px solid var(--focus); outline-offset: 2px; border-radius: 3px; }
  .number, .mono { font-variant-numeric: tabular-nums; }
  .mono, code, pre { font-family: var(--mono); font-size: 0.93em; }
  .soft { color: var(--soft); }
  .small { font-size: var(--text-2); }
  .unseen { position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%); white-space: nowrap; }
  .error { color: var(--failed); }

  button, .button {
    font: inherit; font-size: var(--text-2); font-weight: 550; line-height: 1.2; color: var(--text); background: var(--raised);
    border: 1px solid var(--line); border-radius: var(--round); padding: 8px 14px; min-height: 36px; cursor: pointer;
    display: inline-flex; align-items: center; justify-content: center; gap: var(--space-2); white-space: nowrap;
  }
  button:hover:not(:disabled), .button:hover { border-color: var(--edge); }
  button:disabled { color: var(--faint); cursor: default; }
  .primary { background: var(--text); border-color: var(--text); color: var(--ground); }
  .primary:disabled { background: var(--line); border-color: var(--line); color: var(--soft); }
  .quiet { background: none; border-color: transparent; }
  .danger { color: var(--failed); }
  .danger.primary { background: var(--failed-fill); border-color: var(--failed-fill); color: #140402; }

  label, .label { display: block; font-size: var(--text-2); color: var(--soft); margin-bottom: var(--space-1); }
  input, select, textarea {
    font: inherit; color: var(--text); background: var(--raised); border: 1px solid var(--edge); border-radius: var(--round);
    padding: 7px 10px; min-height: 38px; width: 100%;
  }
  input[type=checkbox], input[type=range] { width: auto; min-height: 0; accent-color: var(--text); }
  select { padding-right: 4px; text-overflow: ellipsis; }
  .hint { font-size: var(--text-1); color: var(--faint); margin-top: var(--space-1); }
  @media (prefers-reduced-motion: reduce) {
    *, *::before, *::after { animation: none !important; transition: none !important; }
  }
`;
