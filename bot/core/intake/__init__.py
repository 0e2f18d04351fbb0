"""The interview with a reporter: questions as data, and the machine that asks them."""
