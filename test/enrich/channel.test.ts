import { campaignOf } from '../../enrich/campaign';
import { CHANNELS, type Channel, channelOf } from '../../enrich/channel';

test.each<[string, string | undefined, Channel]>([
  ['', undefined, 'direct'],
  ['', 'https://shop.example/before', 'internal'],
  ['', 'https://blog.shop.example/post', 'internal'],
  ['', '/before', 'internal'],
  ['', 'https://www.google.co.uk/', 'search'],
  ['', 'https://search.yahoo.co.jp/', 'search'],
  ['', 'https://duckduckgo.com/', 'search'],
  ['', 'https://mail.google.com/mail/u/0/', 'email'],
  ['', 'https://gemini.google.com/app', 'ai'],
  ['', 'https://chatgpt.com/', 'ai'],
  ['', 'https://www.youtube.com/watch', 'video'],
  ['', 'https://l.facebook.com/l.php', 'social'],
  ['', 'https://t.co/x', 'social'],
  ['', 'https://news.ycombinator.com/item', 'social'],
  ['', 'https://notgoogle.com.evil.example/', 'referral'],
  ['', 'https://mygoogle.com/', 'referral'],
  ['', 'https://partner.example/', 'referral'],
  ['', 'android-app://com.example', 'direct'],
  ['gclid=1', 'https://www.google.com/', 'paid'],
  ['fbclid=1', 'https://www.facebook.com/', 'social'],
  ['utm_medium=cpc&utm_source=google', undefined, 'paid'],
  ['utm_medium=paid_social', undefined, 'paid'],
  ['utm_medium=email', 'https://www.google.com/', 'email'],
  ['utm_source=newsletter', undefined, 'email'],
  ['utm_source=google', undefined, 'search'],
  ['utm_source=facebook.com', undefined, 'social'],
  ['utm_medium=social', undefined, 'social'],
  ['utm_source=partner&utm_campaign=spring', 'https://www.google.com/', 'campaign'],
])('?%s from %s is %s', (query, referrer, channel) => {
  const arrival = { query, campaign: campaignOf(query), referrer, ownHost: 'shop.example' };
  expect(channelOf(arrival)).toBe(channel);
  expect(CHANNELS).toContain(channel);
});
