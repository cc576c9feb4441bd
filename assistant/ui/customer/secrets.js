// Does a text look as if it held a secret? Runs in the browser only, on what is typed; it sends and keeps nothing.
// The firewall on the server decides; this is a warning before anything leaves the customer's hands.
const secretKind = (() => {
  // In no BIP-39 list and in almost every English sentence: a run of words that holds one is prose.
  const PROSE = new Set(("the and for was are not but has had did its our out who how why any can may per via her his him " +
    "from been were which would could should because your into than them these those please where").split(" "));
  const WORD = /^[a-z]{3,8}$/;
  const FEWEST = 12;
  const HEX = /(?<![0-9a-zA-Z])(?:0x)?[0-9a-fA-F]{64}(?![0-9a-zA-Z])/g;
  const HASH = /(?:hash|tx ?id|txn|transaction|哈希|雜湊|哈稀|交易号|交易號|交易編號)[^0-9a-fA-F]{0,12}$/i;
  const NAMES = "助记词|助記詞|私钥|私鑰|金鑰|密钥|登录密码|登入密碼|支付密码|资金密码|資金密碼|密码|密碼|验证码|驗證碼|口令|" +
    "seed phrase|recovery phrase|mnemonic|private key|secret key|api secret|password|passcode|pass code|passwd|pwd|" +
    "verification code|security code|2fa code|otp|cvv";
  const VALUE = new RegExp("(?:" + NAMES + ")(?:是|为|為|就是|:|：|=|＝|\\s|is|was|are|[“”\"'「」])*([!-~]{4,})", "gi");

  const words = (text) => {
    let run = 0;
    for (const token of text.split(/[\s,，、:：;；]+/)) {
      const word = token.replace(/^\d{1,2}[.)]?/, "");
      if (!word) continue; // "7." before the seventh word
      run = (WORD.test(word) && !PROSE.has(word)) || /^[\u3400-\u9fff]$/.test(word) ? run + 1 : 0;
      if (run >= FEWEST) return true;
    }
    return false;
  };
  const value = (text) => {
    for (const match of text.matchAll(VALUE)) {
      // A word after "password" is a sentence going on; a value has a digit in it or mixes its letters with signs.
      if (/\d/.test(match[1]) && !/^\d{1,3}\D*$/.test(match[1])) return true;
      if (/[A-Za-z][!@#$%^&*_+=][!-~]/.test(match[1])) return true;
    }
    return false;
  };
  const hex = (text) => {
    for (const match of text.matchAll(HEX)) {
      if (!HASH.test(text.slice(Math.max(0, match.index - 30), match.index))) return true;
    }
    return false;
  };
  return (text) => (words(text) ? "words" : value(text) ? "value" : hex(text) ? "hex" : "");
})();
