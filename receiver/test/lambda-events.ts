import type { LambdaEvent } from '../src/lambda.ts'

/** How a gateway writes one request down as an event. */
export type Recorder = (request: Request) => Promise<LambdaEvent>

const bodyOf = async (request: Request, isBase64Encoded: boolean) => {
  const bytes = Buffer.from(await request.arrayBuffer())
  return { body: bytes.length ? bytes.toString(isBase64Encoded ? 'base64' : 'utf8') : null, isBase64Encoded }
}

/** A REST API's event, format 1.0, with the fields of a recorded one. */
export const restApi =
  (isBase64Encoded: boolean): Recorder =>
  async (request) => {
    const headers = { Host: 'abc.execute-api.eu-central-1.amazonaws.com', ...Object.fromEntries(request.headers) }
    return {
      resource: '/webhooks',
      path: new URL(request.url).pathname,
      httpMethod: request.method,
      headers,
      multiValueHeaders: Object.fromEntries(Object.entries(headers).map(([name, value]) => [name, [value]])),
      queryStringParameters: null,
      multiValueQueryStringParameters: null,
      pathParameters: null,
      stageVariables: null,
      requestContext: { resourceId: '123456', stage: 'prod', httpMethod: request.method, identity: {} },
      ...(await bodyOf(request, isBase64Encoded)),
    }
  }

/** The event of an HTTP API or a function URL, format 2.0, with the fields of a recorded one. */
export const httpApi =
  (isBase64Encoded: boolean): Recorder =>
  async (request) => {
    const { pathname: path } = new URL(request.url)
    const { body, ...encoded } = await bodyOf(request, isBase64Encoded)
    return {
      version: '2.0',
      routeKey: '$default',
      rawPath: path,
      rawQueryString: '',
      headers: { host: 'abc.lambda-url.eu-central-1.on.aws', ...Object.fromEntries(request.headers) },
      requestContext: {
        accountId: 'anonymous',
        apiId: 'abc',
        http: {
          method: request.method,
          path,
          protocol: 'HTTP/1.1',
          sourceIp: '203.0.113.7',
          userAgent: 'imagehooks/0.1.0',
        },
        routeKey: '$default',
        stage: '$default',
        timeEpoch: 1_768_473_045_000,
      },
      // Where there is no body, there is no key.
      ...(body !== null && { body }),
      ...encoded,
    }
  }

/** A load balancer's event with multi-value headers switched on: then it has no `headers` at all. */
export const loadBalancer: Recorder = async (request) => ({
  requestContext: { elb: { targetGroupArn: 'arn:aws:elasticloadbalancing:eu-central-1:123456789012:targetgroup/x/1' } },
  httpMethod: request.method,
  path: new URL(request.url).pathname,
  multiValueQueryStringParameters: {},
  multiValueHeaders: Object.fromEntries([...request.headers].map(([name, value]) => [name, [value]])),
  ...(await bodyOf(request, true)),
})
