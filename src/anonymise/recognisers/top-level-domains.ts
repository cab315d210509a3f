/**
 * The top-level domains that links and addresses in messages have (IANA root zone database: country codes of the languages
 * read and their neighbours, and the generic ones in use). One that is not here needs "http" or "www" before it.
 */
export const TOP_LEVEL_DOMAINS: ReadonlySet<string> = new Set(
  (
    "com org net edu gov mil int info biz io ai app dev co me tv fm ly gl gg to cc im is sh ws " +
    "uk ie de at ch fr be lu es pt it nl us ca mx ar br cl pe ec uy in sg hk au nz za ng ke gh eu cat swiss paris berlin amsterdam " +
    "frl vlaanderen ru su ua pl tr cz se no dk fi jp cn nu st tk " +
    "link page shop store online site club blog news media email mail live delivery health care bank pay travel world cloud " +
    "tech services support zone mobi one pro run fyi id gle review win top icu vip lol xyz example test invalid"
  ).split(" "),
);
