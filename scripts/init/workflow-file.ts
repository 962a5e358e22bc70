import type { Answers } from "./answers";

/**
 * A GitHub Actions workflow: pull requests are checked without credentials; main is deployed and run with a role that is assumed through
 * OpenID Connect, so that no long-lived key is stored. Source: GitHub, "Configuring OpenID Connect in Amazon Web Services".
 */
export function workflowFile({ from }: Answers): string {
  return `name: keyferry
on:
  pull_request:
  push:
    branches: [main]
  schedule:
    - cron: "17 3 * * *"
permissions:
  contents: read
jobs:
  check:
    runs-on: ubuntu-latest
    steps:
      - uses: actions/checkout@v4
        with: { persist-credentials: false }
      - uses: actions/setup-node@v4
        with: { node-version: 22, cache: npm }
      - run: npm ci
      - run: npm run check
  carry:
    if: github.event_name != 'pull_request'
    needs: check
    runs-on: ubuntu-latest
    environment: keyferry
    concurrency: keyferry
    permissions:
      contents: read
      id-token: write
    steps:
      - uses: actions/checkout@v4
        with: { persist-credentials: false }
      - uses: actions/setup-node@v4
        with: { node-version: 22, cache: npm }
      - run: npm ci
      - uses: aws-actions/configure-aws-credentials@v4
        with:
          role-to-assume: \${{ vars.KEYFERRY_ROLE }}
          aws-region: ${from.region}
      - run: npx keyferry deploy 'foundation-*' --auto-approve
      - run: npx keyferry run
      - run: npx keyferry deploy 'consumers-*' --auto-approve
      - run: npx keyferry verify
`;
}
