// Writes golden.txt: what @mockoon/commons 9.9.0 and its path-to-regexp 8.4.2 say of paths. Run where both are installed:
//     node golden.mjs FOLDER_OF_NODE_MODULES > golden.txt
import { createRequire } from 'node:module';

const commons = createRequire(`${process.argv[2]}/@mockoon/commons/`);
const { preparePath, pathMatch, dedupSlashes } = commons('@mockoon/commons');

// Endpoint, perhaps `|` and a prefix: paths. A pattern without paths only says whether it is one.
const asked = {
  'static/One': ['/static/one', '/STATIC/ONE/', '//static//one', '/static', '/static/one/two', '/static%2Fone', '/static/one%zz'],
  '/lead': ['/lead', '/lead/', '/Lead'],
  'end/': ['/end', '/end/'],
  '': ['/', '/a'],
  '|api': ['/api', '/api/', '/'],
  'users/:id|api/': ['/api/users/1', '/users/1', '/api/v1/users/1'],
  'users/:id|/api/v1/': ['/api/v1/users/1', '/api/users/1'],
  'users/:id|v:ver': ['/v2/users/1', '/v/users/1', '/users/1'],
  'users/:id|a b': ['/a%20b/users/1', '/a b/users/1'],
  'users|:a?': ['/users', '/x/users'],
  'sp ace/x y': ['/sp%20ace/x%20y', '/sp+ace/x+y', '/SP%20ACE/x%20y/'],
  'p/:id': ['/p/1', '/p/1/', '/p/', '/p', '/p/a%20b', '/p/a%2Fb', '/p/%C3%A9', '/p/a.b', '/p/a+b', '/p/%zz', '/p/%ff', '/P/%41B', '/p/1/2', '/p/%'],
  'p/:id/sub/': ['/p/1/sub', '/p/1/sub/'],
  ':a/:b/:c': ['/1/2/3', '/1/2', '/1//2/3', '/1/2/3/4'],
  ':a/:a': ['/1/2'],
  ':a/:b/:a': ['/1/2/3'],
  ':from-:to': ['/a-b', '/a-b-c', '/a', '/-b', '/a-', '/a--', '/a---', '/--', '/---', '/a-b/'],
  ':name.:ext': ['/a.b.c', '/a.', '/.a', '/a..', '/a..b'],
  ':a-:b-:c': ['/1-2-3', '/1-2-3-4', '/1-2', '/1---2', '/-----'],
  ':aX:b': ['/1x2', '/1X2', '/1x2x3', '/1xx'],
  ':a-x-:b': ['/1-x-2', '/1-X-2-x-3', '/1-x--x-', '/1-x-2-x'],
  'v:n/x:m': ['/v1/x2', '/v/x2', '/V1/X2'],
  'a:b': ['/ab', '/a', '/a1'],
  ':a.json': ['/x.json', '/x.JSON', '/.json', '/x.json.json', '/xjson'],
  '@:user/~:dir': ['/@me/~home'],
  ':id?': ['/', '/1', '/1/', '/1/2'],
  'x/:id?': ['/x', '/x/', '/x/1', '/x/1/'],
  'x/:a?/:b?': ['/x', '/x/1', '/x/1/2', '/x/1/2/3'],
  'x/:a?/y': ['/x/y', '/x/1/y', '/x/y/y'],
  'file/:file.:ext?': ['/file/a', '/file/a.b', '/file/a.b.c', '/file/a.', '/file/.'],
  'd/:a-:b?': ['/d/1', '/d/1-2', '/d/1-'],
  'd/:a~:b?': ['/d/1', '/d/1~2'],
  'u/:a_:b?': ['/u/1_2', '/u/1'],
  'opt:id?': ['/opt1', '/opti', '/opt1d', '/optid'],
  'wild/*': ['/wild', '/wild/', '/wild/a', '/wild/a/b', '/wild/a/', '/wildx', '/wild/a%2Fb/c', '/WILD/A'],
  '*': ['/', '/a', '/a/b', '/a/b/', '/%C3%A9/x'],
  '*|api': ['/api', '/api/', '/api/x'],
  'mid/*/end': ['/mid/a/end', '/mid/a/b/end', '/mid/end', '/mid/end/end', '/mid/a/END/', '/mid/a/end/end'],
  '*/x': ['/a/x', '/x', '/a/b/x', '/x/x'],
  '*/*': ['/a/b', '/a/b/c', '/a', '/a/b/'],
  'a/*/b/*': ['/a/1/b/2', '/a/1/b/2/b/3', '/a/1/2/b/3/4', '/a/b/b/b', '/a/b/b'],
  'a/*/b/*/c/*': ['/a/1/b/2/c/3', '/a/1/b/2/b/3/c/4/c/5'],
  'a/*/:id': ['/a/1/2', '/a/1/2/3', '/a/1'],
  'a/*/:id/*': ['/a/1/2/3', '/a/1/2/3/4', '/a/1/2'],
  'a/*p/q/:r/*s': ['/a/1/q/2/3', '/a/1/q/2/q/3', '/a/1/q/2/q/3/4'],
  '*name': ['/a', '/a/b'],
  'x/*rest': ['/x/a/b', '/x'],
  'x*rest': ['/xa', '/xa/b', '/x', '/x/'],
  'x/*"a b"/y': ['/x/1/2/y'],
  ':"a b"-:b': ['/1-2'],
  ':"a\\"b"': ['/1'],
  ':a-*b': ['/1-2', '/1-2-3', '/1-2/3-4', '/1/2-3', '/1--'],
  ':a.*b.:c': ['/1.2.3', '/1.2.3.4', '/1.2/x.3', '/1.2/3'],
  '*a.:b': ['/1.2', '/1.2.3', '/x/1.2', '/x.y/1.2.3'],
  '*a.*b': ['/1.2', '/1.2.3', '/x/1.2/3', '/1..'],
  '*a--*b': ['/1--2', '/1--2--3', '/1---2'],
  ':a-:b*c': [],
  ':a:b': [],
  '*a*b': [],
  '*:b': [],
  'rep/:path+': ['/rep', '/rep/', '/rep/a', '/rep/a/b'],
  'rep/:path+/end': ['/rep/a/b/end', '/rep/end'],
  'star/:path*': ['/star', '/star/', '/star/a', '/star/a/b'],
  'star/:path*/end': ['/star/end', '/star/a/end', '/star/a/b/end'],
  'x:path*': [],
  'x:path+': ['/xa/b', '/x'],
  'ab?cd': ['/acd', '/abcd', '/abbcd', '/ABCD'],
  'eb+cd': ['/ebcd', '/ebbcd', '/ebbbcd', '/ecd'],
  'plus+sign': ['/plus+sign', '/plussign', '/plusssign'],
  'gr(ou)?p': ['/grp', '/group', '/grouou'],
  'nogr(ou)p': ['/nogroup', '/nogrp'],
  'a(b(c)d)e': ['/abcde'],
  'a(b)(c)?d': ['/abcd', '/abd', '/acd', '/ad'],
  'a(/:b)?': ['/a', '/a/1', '/a/'],
  'a{/:b}': ['/a', '/a/1', '/a/'],
  'a{/:b{/:c}}': ['/a', '/a/1', '/a/1/2', '/a/1/2/3'],
  'a{b}{c}{d}': ['/a', '/ab', '/ac', '/ad', '/abcd', '/abd', '/adc'],
  '{a}{b}{c}{d}{e}{f}{g}{h}': ['/', '/adh', '/abcdefgh'],
  '{a}{b}{c}{d}{e}{f}{g}{h}{i}': [],
  '{:a}': ['/', '/1'],
  '{/a}': ['/', '/a'],
  ':a{-:b}': ['/1', '/1-2', '/1-2-3'],
  ':a{-:b}{.:c}': ['/1', '/1-2', '/1.3', '/1-2.3', '/1.2-3', '/1-2.3.4'],
  'x{*rest}': ['/x', '/xa', '/x/a'],
  'x{/*rest}/y': ['/x/y', '/x/a/y', '/x/a/b/y/y'],
  'esc\\(data\\)': ['/esc(data)', '/esc%28data%29'],
  'a\\?b': ['/a?b', '/ab', '/b'],
  'a\\+b': ['/a+b', '/aab'],
  'a\\:b': ['/a:b', '/a1'],
  'a\\*': ['/a*', '/ab'],
  'a\\\\b': ['/a\\b'],
  'a\\{b\\}': ['/a{b}'],
  'end\\': [],
  '\\d': ['/d', '/1'],
  'num/:id(\\d+)': [],
  'num/:id([0-9]+)': [],
  'num/:id(abc)': ['/num/1', '/num/1abc', '/num/abcabc'],
  '(a|b)': ['/a', '/a|b', '/'],
  'suffix*': [],
  'a**': [],
  '/**': [],
  'bad/(unclosed': [],
  'bad/unopened)': [],
  'bad/{unclosed': [],
  'bad/unopened}': [],
  'bad/()': [],
  'a{}b': ['/ab'],
  'colon/:': [],
  'colon/:1': [],
  'a/:"b': [],
  'a/:""': [],
  '[ab]': [],
  'what!': [],
  '?': [],
  'a??': [],
  '-?': [],
  ':a?:b': [],
  ':a?-:b': ['/1-2', '/-2'],
  ':é': ['/1'],
  ':日本/:$x': ['/1/2'],
  ':_a1-x': ['/b-x'],
  'uni/é': ['/uni/%C3%A9'],
  'a%20b/%2F': ['/a%20b/%2F', '/a%20b/%2f', '/a b//'],
  'semi;colon/a,b': ['/semi;colon/a,b'],
  'tilde~x/@y': ['/tilde~x/@y'],
  "!'$&=": [],
  "'$&=": ["/'$&="],
  'a.b^c|d': ['/a.b^c|d', '/axb^c|d'],
  'a//b': ['/a/b', '/a//b'],
  ':a%2F:b': ['/1%2F2', '/1%2f2%2F3'],
  'q/%C3:a': ['/q/%C3%A9'],
  'dup/:b-:b': ['/dup/1-2'],
  ':a/*a': ['/1/2/3'],
  '*a/x/:a': ['/1/x/2'],
  ':id.:format?': ['/1', '/1.json', '/1.2.json'],
  'a-:b.c-:d': ['/a-1.c-2', '/a-1.c-2.c-3', '/a-1.c-.c-'],
  'Case/:ID': ['/cASE/AbC'],
};

function outcome(pattern, path) {
  const deduped = dedupSlashes(path);
  try {
    decodeURIComponent(deduped); // Express, for its own `*`
  } catch {
    return 'undecodable';
  }
  let params;
  try {
    params = pathMatch(pattern)(deduped).params;
  } catch {
    return 'no'; // a capture that cuts through an escape
  }
  if (!params) return 'no';
  const text = (value) => (Array.isArray(value) ? `[${value.map(encodeURIComponent)}]` : encodeURIComponent(value));
  return ['yes', ...Object.entries(params).map(([name, value]) => `${encodeURIComponent(name)}=${text(value)}`)].join(' ');
}

for (const [key, paths] of Object.entries(asked)) {
  const bar = key.lastIndexOf('|');
  const [endpoint, prefix] = bar < 0 || /[()^]/.test(key) ? [key, ''] : [key.slice(0, bar), key.slice(bar + 1)];
  const pattern = preparePath(prefix, endpoint).preparedPath;
  let valid = true;
  try {
    pathMatch(pattern);
  } catch {
    valid = false;
  }
  console.log([valid ? 'valid' : 'invalid', endpoint, prefix].join('\t'));
  for (const path of paths) console.log(['', path, outcome(pattern, path)].join('\t'));
}
