package org.mailcaravan.sync.diagnosis;

import java.util.HashMap;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Numbers that servers write as words before a unit of time: {@code thirty minutes}. Elsewhere the
 * same words say something else: {@code due to}.
 */
final class NumberWords {
  /** English, German, French, Italian, Spanish, Portuguese, Dutch, Polish. */
  private static final Map<String, String> DIGITS =
      digits(
          "2 two zwei deux due dos duas dois twee dwie",
          "3 three drei trois tre tres três drie trzy",
          "4 four vier quatre quattro cuatro quatro cztery",
          "5 five fünf cinq cinque cinco vijf pięć",
          "6 six sechs sei seis zes sześć",
          "8 eight acht huit otto ocho oito osiem",
          "10 ten zehn dix dieci diez dez tien dziesięć",
          "12 twelve zwölf douze dodici doce doze twaalf dwanaście",
          "15 fifteen fünfzehn quinze quindici quince vijftien piętnaście",
          "20 twenty zwanzig vingt venti veinte vinte twintig dwadzieścia",
          "24 twenty-four vierundzwanzig vingt-quatre ventiquattro veinticuatro",
          "30 thirty dreißig dreissig trente trenta treinta trinta dertig trzydzieści",
          "45 forty-five fünfundvierzig quarante-cinq quarantacinque vijfenveertig",
          "60 sixty sechzig soixante sessanta sesenta sessenta zestig sześćdziesiąt");

  private static final Pattern WORD =
      Pattern.compile(
          "(?<![\\p{L}-])(?:"
              + String.join("|", DIGITS.keySet())
              + ")(?=[\\s-]"
              + WaitUnit.pattern()
              + "(?!\\p{L}))");

  private NumberWords() {}

  private static Map<String, String> digits(String... rows) {
    Map<String, String> digits = new HashMap<>();
    for (String row : rows) {
      String[] words = row.split(" ", -1);
      for (int i = 1; i < words.length; i++) {
        digits.put(words[i], words[0]);
      }
    }
    return digits;
  }

  /**
   * The same words with digits.
   *
   * @param words in lower case
   */
  static String asDigits(String words) {
    return WORD.matcher(words)
        .replaceAll(word -> Matcher.quoteReplacement(String.valueOf(DIGITS.get(word.group()))));
  }
}
