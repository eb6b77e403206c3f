//! CSV cells (RFC 4180).

/// Adds a cell; quoted when it has to be.
pub(crate) fn cell(text: &str, row: &mut String) {
    if text.contains(['"', ',', '\n', '\r']) {
        row.push('"');
        for c in text.chars() {
            if c == '"' {
                row.push('"');
            }
            row.push(c);
        }
        row.push('"');
    } else {
        row.push_str(text);
    }
    row.push(',');
}

/// Turns the last comma into the end of the line.
pub(crate) fn end_row(row: &mut String) {
    row.pop();
    row.push('\n');
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cells_are_quoted_when_they_must_be() {
        let mut row = String::new();
        for text in ["a", "", "b,c", "d\"e"] {
            cell(text, &mut row);
        }
        end_row(&mut row);
        assert_eq!(row, "a,,\"b,c\",\"d\"\"e\"\n");
    }
}
