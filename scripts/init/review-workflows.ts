/** Paths of the two workflows in a project. */
export const REVIEW_FILE = ".github/workflows/keyferry-review.yml";
export const COMMENT_FILE = ".github/workflows/keyferry-review-comment.yml";

/**
 * Reviews pull requests, also of forks, in two workflows: the first one runs the pull request's code and has no secrets; the second one
 * can comment and runs no code of the pull request. Source: GitHub Security Lab, "Keeping your GitHub Actions and workflows secure:
 * Preventing pwn requests".
 */
export const REVIEW_WORKFLOW = `name: keyferry review
on: pull_request
permissions:
  contents: read
jobs:
  review:
    runs-on: ubuntu-latest
    steps:
      - uses: actions/checkout@v4
        with: { path: head, persist-credentials: false }
      - uses: actions/checkout@v4
        with: { path: base, ref: "\${{ github.event.pull_request.base.sha }}", persist-credentials: false }
      - uses: actions/setup-node@v4
        with: { node-version: 22 }
      - id: base
        run: echo "project=$(test -f base/cdktf.json && echo yes)" >> "$GITHUB_OUTPUT"
      - if: steps.base.outputs.project == 'yes' # the first pull request has nothing to compare with
        run: npm ci && npx keyferry synth
        working-directory: base
      - if: steps.base.outputs.project == 'yes'
        run: npm ci && npx keyferry synth
        working-directory: head
      - name: compare
        if: steps.base.outputs.project == 'yes'
        working-directory: base # use the base's version of keyferry and its settings
        run: |
          npx keyferry review cdktf.out ../head/cdktf.out --json > ../review.json || test $? -eq 1
          npx keyferry review --from ../review.json --format github
      - if: always()
        uses: actions/upload-artifact@v4
        with: { name: keyferry-review, path: review.json, if-no-files-found: ignore }
`;

export const COMMENT_WORKFLOW = `name: keyferry review comment
on:
  workflow_run: { workflows: [keyferry review], types: [completed] }
permissions:
  contents: read
  actions: read
  pull-requests: write
jobs:
  comment:
    if: github.event.workflow_run.event == 'pull_request'
    runs-on: ubuntu-latest
    concurrency: keyferry-review-\${{ github.event.workflow_run.head_repository.full_name }}-\${{ github.event.workflow_run.head_branch }}
    steps:
      - uses: actions/checkout@v4 # the default branch, never the pull request
        with: { persist-credentials: false }
      - uses: actions/setup-node@v4
        with: { node-version: 22, cache: npm }
      - run: npm ci
      - uses: actions/download-artifact@v4
        id: review
        continue-on-error: true # there is no artifact if the synthesis failed
        with:
          name: keyferry-review
          path: \${{ runner.temp }}/review # outside of the checkout, so that nothing of it can run
          run-id: \${{ github.event.workflow_run.id }}
          github-token: \${{ github.token }}
      - name: comment
        id: comment
        if: steps.review.outcome == 'success'
        env:
          GITHUB_TOKEN: \${{ github.token }}
          REVIEW: \${{ runner.temp }}/review/review.json
        run: npx keyferry review --from "$REVIEW" --comment --format markdown >> "$GITHUB_STEP_SUMMARY" || test $? -eq 1
`;
