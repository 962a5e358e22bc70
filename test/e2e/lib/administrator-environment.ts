/** The environment of an account's administrator in a rehearsal cloud, without any other AWS settings of this process. */
export function administratorEnvironment(url: string, account: string, region: string): NodeJS.ProcessEnv {
  const clean = Object.fromEntries(Object.entries(process.env).filter(([name]) => !name.startsWith("AWS_")));
  return {
    ...clean,
    AWS_ENDPOINT_URL: url,
    AWS_ACCESS_KEY_ID: account,
    AWS_SECRET_ACCESS_KEY: "rehearsal",
    AWS_REGION: region,
    AWS_DEFAULT_REGION: region,
    AWS_CONFIG_FILE: "/nonexistent",
    AWS_SHARED_CREDENTIALS_FILE: "/nonexistent",
    AWS_PAGER: "",
    AWS_MAX_ATTEMPTS: "1",
  };
}
