import { foldedPlace, placesIn, type PlaceMap, type PlaceTile } from './placeMap';

/** Countries and regions by their ISO 3166 codes, about where they lie. */
const grid = `
  .. .. .. .. .. .. GL .. IS FO SJ NO SE FI .. .. RU .. .. .. .. .. .. .. .. ..
  CA .. PM .. .. .. .. .. IE GB IM DK AX EE LV .. .. .. .. .. .. .. .. .. .. ..
  US BM .. .. .. .. .. .. JE GG NL DE PL LT BY .. .. KZ .. MN .. .. .. .. .. ..
  MX BS TC .. .. .. .. .. .. BE LU CZ SK UA MD GE AZ UZ KG CN .. KP .. JP .. ..
  GT BZ CU KY .. .. .. .. FR MC LI AT HU RO .. AM TM TJ .. .. .. KR .. .. .. ..
  SV HN JM HT DO PR VG .. AD CH SM SI HR RS BG TR IR AF NP BT .. MO HK TW .. ..
  NI .. .. .. VI AI KN .. PT ES IT BA ME XK MK SY IQ PK IN BD MM LA VN .. .. ..
  CR .. .. MS AG GP DM .. GI MT VA .. AL GR CY LB JO KW .. LK TH KH PH GU MP ..
  PA .. AW CW LC MQ BB .. MA DZ TN LY EG .. IL PS SA BH QA MV MY SG BN PW FM MH
  .. CO VE .. VC GD TT .. EH MR ML NE TD SD ER .. YE OM AE .. ID TL PG SB NR KI
  .. EC .. GY SR GF .. CV SN GM BF NG CF SS ET DJ SO .. .. .. .. .. .. VU TV WF
  .. PE BR .. .. .. .. GW GN SL CI BJ CM UG KE .. SC .. .. IO CX CC .. NC FJ WS
  .. BO PY .. .. .. .. .. LR GH TG GQ GA CD RW .. .. .. .. .. AU .. .. .. TO AS
  .. CL AR UY .. .. .. .. .. ST .. CG ZM BI TZ KM .. .. .. .. .. .. NF .. NU CK
  .. .. FK .. .. .. .. SH .. .. AO MW MZ YT MG MU RE .. .. .. .. .. NZ PF PN ..
  .. .. .. .. .. .. .. .. .. .. NA BW ZW .. .. .. .. .. .. .. .. .. .. .. .. ..
  .. .. .. .. .. .. .. .. .. .. ZA LS SZ .. .. .. .. .. .. .. .. .. .. .. .. ..`;

/** ISO 3166-1 alpha-3, where files are likely to have it. */
const threeLetters =
  'USA:US CAN:CA MEX:MX BRA:BR ARG:AR CHL:CL COL:CO PER:PE GBR:GB IRL:IE FRA:FR DEU:DE AUT:AT CHE:CH ITA:IT ESP:ES PRT:PT NLD:NL BEL:BE ' +
  'LUX:LU DNK:DK SWE:SE NOR:NO FIN:FI ISL:IS POL:PL CZE:CZ SVK:SK HUN:HU ROU:RO BGR:BG GRC:GR HRV:HR SVN:SI SRB:RS UKR:UA RUS:RU TUR:TR ' +
  'EST:EE LVA:LV LTU:LT MLT:MT CYP:CY ISR:IL SAU:SA ARE:AE BHR:BH QAT:QA KWT:KW OMN:OM LBN:LB JOR:JO EGY:EG MAR:MA DZA:DZ TUN:TN ZAF:ZA ' +
  'NGA:NG KEN:KE GHA:GH ETH:ET CHN:CN HKG:HK MAC:MO TWN:TW JPN:JP KOR:KR IND:IN PAK:PK BGD:BD LKA:LK THA:TH VNM:VN MYS:MY SGP:SG IDN:ID ' +
  'PHL:PH KHM:KH MMR:MM LAO:LA MNG:MN KAZ:KZ AUS:AU NZL:NZ';

/** Names that `Intl` does not give; `Channel Islands` are two, which lie beside each other. */
const others: Record<string, string> = {
  ...{
    uk: 'GB',
    greatbritain: 'GB',
    britain: 'GB',
    england: 'GB',
    scotland: 'GB',
    wales: 'GB',
    northernireland: 'GB',
    英格兰: 'GB',
    大不列颠: 'GB',
  },
  ...{
    eire: 'IE',
    republicofireland: 'IE',
    channelislands: 'JE',
    holland: 'NL',
    thenetherlands: 'NL',
    czechrepublic: 'CZ',
    slovakrepublic: 'SK',
  },
  ...{
    usa: 'US',
    unitedstatesofamerica: 'US',
    america: 'US',
    theunitedstates: 'US',
    美利坚合众国: 'US',
    rsa: 'ZA',
    republicofsouthafrica: 'ZA',
  },
  ...{
    uae: 'AE',
    阿联酋: 'AE',
    korea: 'KR',
    southkorea: 'KR',
    republicofkorea: 'KR',
    koreasouth: 'KR',
    koreanorth: 'KP',
    南韩: 'KR',
    russianfederation: 'RU',
  },
  ...{
    prc: 'CN',
    peoplesrepublicofchina: 'CN',
    chinamainland: 'CN',
    mainlandchina: 'CN',
    中国大陆: 'CN',
    中华人民共和国: 'CN',
    大陆: 'CN',
  },
  ...{
    hongkong: 'HK',
    hongkongsar: 'HK',
    香港: 'HK',
    中国香港: 'HK',
    macau: 'MO',
    macao: 'MO',
    澳门: 'MO',
    中国澳门: 'MO',
    taiwan: 'TW',
    中国台湾: 'TW',
    台湾省: 'TW',
  },
  ...{
    vietnam: 'VN',
    turkey: 'TR',
    burma: 'MM',
    swaziland: 'SZ',
    capeverde: 'CV',
    ivorycoast: 'CI',
    macedonia: 'MK',
    moldova: 'MD',
    syria: 'SY',
    iran: 'IR',
  },
  ...{
    tanzania: 'TZ',
    bolivia: 'BO',
    venezuela: 'VE',
    laos: 'LA',
    brunei: 'BN',
    palestine: 'PS',
    vatican: 'VA',
    easttimor: 'TL',
    drcongo: 'CD',
  },
};

const [english, chinese] = ['en', 'zh'].map((locale) => new Intl.DisplayNames([locale], { type: 'region' }));

const tiles: readonly PlaceTile[] = placesIn(grid).map((tile) => ({
  ...tile,
  short: { en: tile.id, zh: tile.id },
  name: { en: english.of(tile.id) ?? tile.id, zh: chinese.of(tile.id) ?? tile.id },
}));

let known: ReadonlyMap<string, string> | undefined;

function knownNames(): ReadonlyMap<string, string> {
  const found = new Map<string, string>();
  for (const { id, name } of tiles) {
    for (const each of [id, name.en, name.zh]) found.set(foldedPlace(each), id);
    // "Myanmar (Burma)", "Bosnia & Herzegovina".
    found.set(foldedPlace(name.en.replace(/\(.*\)/, '')), id);
    found.set(foldedPlace(name.en.replace(/^St\. /, 'Saint ')), id);
  }
  for (const pair of threeLetters.split(' ')) {
    const [three, two] = pair.split(':');
    found.set(three.toLowerCase(), two);
  }
  for (const [name, id] of Object.entries(others)) found.set(name, id);
  return found;
}

export const countries: PlaceMap = {
  id: 'countries',
  tiles,
  find(value) {
    known ??= knownNames();
    return known.get(foldedPlace(value));
  },
};
