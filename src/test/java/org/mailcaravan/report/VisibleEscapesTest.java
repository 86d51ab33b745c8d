package org.mailcaravan.report;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import org.junit.jupiter.api.Test;

class VisibleEscapesTest {
  @Test
  void whatSteersATerminalIsEscapedAndReadsAsItWas() throws Exception {
    String odd =
        "a\u001b[2J\u007f\u009b\u202e\u2066\u200f\u061c\u2028\u200b\u3164\udb40\udc41\udb40\udd01\ud800 \u00fc\ud83d\udc2b\"\\";
    ObjectMapper mapper = new ObjectMapper();
    ObjectNode node = mapper.createObjectNode().put("folder", odd);
    String json = ResultJson.text(node);

    assertThat(json)
        .contains(
            "\\u202E",
            "\\u009B",
            "\\u3164\\uDB40\\uDC41\\uDB40\\uDD01\\uD800",
            "\u00fc\ud83d\udc2b")
        .doesNotContainPattern("[\\p{Cc}\\p{Cf}\u2028\u3164\udb40\udd01&&[^\n]]");
    assertThat(mapper.readTree(json).get("folder").textValue()).isEqualTo(odd);
  }
}
