/** A line to paste into a terminal that uploads a photo to the account whose path this is. */
export const curlUpload = (accountPath: string): string =>
  `curl ${location.origin}${accountPath}/images/v1 \\\n  -H 'Authorization: Bearer <API token>' \\\n  -F file=@photo.jpg`
