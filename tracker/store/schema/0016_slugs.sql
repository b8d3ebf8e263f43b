-- The last piece of every address, so that an article is found by the beginning of its slug without reading all of them.

create index article_urls_slug on article_urls (
  substr(rtrim(url_key, '/'), length(rtrim(rtrim(url_key, '/'), replace(rtrim(url_key, '/'), '/', ''))) + 1)
);
