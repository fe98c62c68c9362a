import { useCallback, useRef } from 'react'
import { ApiError } from '../../api/ask.ts'
import { Button } from '../../parts/button.tsx'
import { Card } from '../../parts/card.tsx'
import { Code } from '../../parts/code.tsx'
import { Empty } from '../../parts/empty.tsx'
import { Failure } from '../../parts/failure.tsx'
import { Icon } from '../../parts/icon.tsx'
import { LinkButton } from '../../parts/link-button.tsx'
import { count } from '../../parts/numbers.ts'
import { Page } from '../../parts/page.tsx'
import { Waiting } from '../../parts/waiting.tsx'
import { useAccountPath } from '../../session/session-context.ts'
import { useMayWrite, WriteButton } from '../../session/write-button.tsx'
import { curlUpload } from './curl-upload.ts'
import { DropZone } from './drop-zone.tsx'
import { Gallery } from './gallery.tsx'
import { useImageCount, useImages } from './image-lists.ts'
import { useImageSearch, type ImageSearch } from './image-search.ts'
import { SearchForm } from './search-form.tsx'
import { UploadList } from './upload-list.tsx'
import { uploads } from './uploads.ts'
import styles from './images.module.css'

const NoImages = ({ choose }: { readonly choose: () => void }) => {
  const path = useAccountPath()
  return (
    <Card>
      <Empty icon="images" title="No image is here yet.">
        <p>Drop files anywhere on this page, or paste this:</p>
        <Code label="A curl command that uploads an image" text={curlUpload(path)} />
        <WriteButton look="primary" onClick={choose}>
          Upload images
        </WriteButton>
      </Empty>
    </Card>
  )
}

const nothingFound: Readonly<Record<ImageSearch['by'], string>> = {
  id: 'No image has this id.',
  creator: 'No image is of this creator.',
  meta: 'No image has this in its metadata.',
}

const Found = ({ search, choose }: { readonly search: ImageSearch; readonly choose: () => void }) => {
  const { pages, images, outdated, refresh } = useImages(search)
  const { fetchNextPage, hasNextPage, isFetching, isFetchNextPageError } = pages
  const loadMore = useCallback(() => {
    if (!isFetching && !isFetchNextPageError) void fetchNextPage()
  }, [fetchNextPage, isFetching, isFetchNextPageError])
  const isMissing = pages.error instanceof ApiError && pages.error.status === 404
  if (pages.isPending) return <Waiting page />
  if (pages.isError && !images && !isMissing) return <Failure error={pages.error} retry={() => void pages.refetch()} />
  if (isMissing || (images?.length === 0 && !hasNextPage))
    return search.text === '' ? <NoImages choose={choose} /> : <Empty icon="search" title={nothingFound[search.by]} />
  return (
    <>
      {outdated && (
        <p className={styles['newer']} role="status">
          Images came or changed. <Button onClick={refresh}>Show them</Button>
        </p>
      )}
      <Gallery
        key={JSON.stringify(search)}
        name={JSON.stringify(search)}
        images={images ?? []}
        hasMore={hasNextPage}
        loadMore={loadMore}
      />
      <div className={styles['end']} role="status">
        {hasNextPage && !pages.isError && 'Looking for more…'}
      </div>
      {pages.isError && <Failure error={pages.error} retry={() => void fetchNextPage()} />}
    </>
  )
}

/** All images: a gallery without end, its search, and the way to upload. */
export const Images = () => {
  const path = useAccountPath()
  const mayWrite = useMayWrite()
  const counted = useImageCount()
  const total = counted.data
  const [search, setSearch] = useImageSearch()
  const chooser = useRef<HTMLInputElement>(null)
  const choose = (): void => chooser.current?.click()
  const add = useCallback((files: readonly File[]) => uploads.add(path, files), [path])
  return (
    <Page
      title="Images"
      lead={
        total === undefined
          ? '\u00a0'
          : `${count(total)} ${total === 1 ? 'image' : 'images'}.${mayWrite ? ' Drop files anywhere to upload them.' : ''}`
      }
      actions={
        <>
          <LinkButton href="/settings">Settings</LinkButton>
          <LinkButton href="/images/direct_upload">Try a direct upload</LinkButton>
          <WriteButton look="primary" onClick={choose}>
            <Icon name="upload" />
            Upload images
          </WriteButton>
        </>
      }
    >
      <input
        ref={chooser}
        className="visually-hidden"
        tabIndex={-1}
        type="file"
        multiple
        aria-label="Files to upload"
        onChange={(event) => {
          add([...(event.target.files ?? [])])
          // So that the same file may be chosen again.
          event.target.value = ''
        }}
      />
      <UploadList />
      {total !== undefined && (
        <>
          {total > 0 && <SearchForm key={JSON.stringify(search)} search={search} onSearch={setSearch} />}
          <Found search={search} choose={choose} />
        </>
      )}
      {counted.isError && <Failure error={counted.error} retry={() => void counted.refetch()} />}
      <DropZone onFiles={add} />
    </Page>
  )
}
