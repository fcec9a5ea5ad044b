// A real OpenID provider for the tests, from one argument of JSON: port, one client, and people (subject → claims).
// Signing in is a form with the subject; /people changes what is known of somebody meanwhile.
import Provider from 'oidc-provider';

const { port, client, people } = JSON.parse(process.argv[2]);
const issuer = `http://127.0.0.1:${port}`;

const provider = new Provider(issuer, {
  clients: [{ ...client, response_types: ['code'], grant_types: ['authorization_code'] }],
  scopes: ['openid', 'profile'],
  claims: { openid: ['sub'], profile: ['name', 'preferred_username', 'groups'] },
  pkce: { required: () => true },
  findAccount: (_, sub) => people[sub] && { accountId: sub, claims: () => ({ sub, ...people[sub] }) },
  cookies: { keys: ['of the tests'] },
  features: { devInteractions: { enabled: false }, rpInitiatedLogout: { enabled: true } },
  interactions: { url: (_, interaction) => `/interaction/${interaction.uid}` },
  renderError: (ctx, out) => { ctx.type = 'json'; ctx.body = out; },
});

const bodyOf = async (request) => {
  let text = '';
  for await (const part of request) text += part;
  return text;
};

provider.use(async (ctx, next) => {
  if (ctx.path === '/people' && ctx.method === 'POST') {
    Object.assign(people, JSON.parse(await bodyOf(ctx.req)));
    ctx.body = 'noted';
  } else if (ctx.path.startsWith('/interaction/') && ctx.method === 'GET') {
    const { prompt } = await provider.interactionDetails(ctx.req, ctx.res);
    if (prompt.name === 'consent') {
      await consent(ctx);
    } else {
      ctx.type = 'html';
      ctx.body = `<form method="post"><label>Subject <input name="subject"></label><button>Enter</button></form>`;
    }
  } else if (ctx.path.startsWith('/interaction/') && ctx.method === 'POST') {
    const accountId = new URLSearchParams(await bodyOf(ctx.req)).get('subject');
    ctx.respond = false;
    await provider.interactionFinished(ctx.req, ctx.res, { login: { accountId } }, { mergeWithLastSubmission: false });
  } else {
    await next();
  }
});

async function consent(ctx) {
  const { params, session, grantId, prompt } = await provider.interactionDetails(ctx.req, ctx.res);
  const grant = grantId
    ? await provider.Grant.find(grantId)
    : new provider.Grant({ accountId: session.accountId, clientId: params.client_id });
  grant.addOIDCScope((prompt.details.missingOIDCScope ?? []).join(' '));
  grant.addOIDCClaims(prompt.details.missingOIDCClaims ?? []);
  ctx.respond = false;
  const result = { consent: { grantId: await grant.save() } };
  await provider.interactionFinished(ctx.req, ctx.res, result, { mergeWithLastSubmission: true });
}

provider.listen(port, '127.0.0.1', () => console.log('listening'));
