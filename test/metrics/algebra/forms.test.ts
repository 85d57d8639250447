import { describe } from "bun:test";
import { testPairs } from "./verdicts.ts";

describe("points, intervals and unions", () => {
  testPairs("equal", [
    ["(\\frac12, \\sqrt8)", "(0.5, 2\\sqrt{2})"],
    ["\\left(\\frac{17}{4},0\\right)", "(4.25, 0)"],
    ["[5, 5\\sqrt2]", "[5,\\sqrt{50}]"],
    ["(-\\infty,-7) \\cup (1,2)", "(1,2)\\cup(-\\infty,-7)"],
    ["x > 3", "(3,\\infty)"],
    ["3 < x \\le 4", "(3,4]"],
    ["4 \\ge x > 3", "x\\in(3,4]"],
    ["x \\ge 3", "3 \\leq x"],
    ["x<-7 \\text{ or } 1<x<2", "(-\\infty,-7)\\cup(1,2)"],
    ["(x,y)=(1,2)", "(1,2)"],
    ["x=1, y=2", "(1,2)"],
    ["y=2, x=1", "x=1, y=2"],
    ["\\langle 1, \\sqrt4\\rangle", "\\langle 1,2\\rangle"],
  ]);
  testPairs("different", [
    ["(3,4)", "(3,4]"],
    ["(1,2)", "[1,2]"],
    ["(1,2)", "(2,1)"],
    ["(1,2)", "\\{1,2\\}"],
    ["(1,2)", "\\langle 1,2\\rangle"],
    ["(1,2)", "1, 2"],
    ["(1,2,3)", "(1,2)"],
    ["x>3", "x<3"],
    ["x>3", "x\\ge3"],
    ["x>3", "y>3"],
    ["(-\\infty,-7)\\cup(1,2)", "(-\\infty,-7]\\cup(1,2)"],
    ["(-\\infty,2)\\cup(2,\\infty)", "(-\\infty,\\infty)"],
    ["x>1 \\text{ and } x<3", "x>1 \\text{ or } x<3"],
  ]);
});

describe("sets, lists and ±", () => {
  testPairs("equal", [
    ["\\{1,2\\}", "\\{2, 1\\}"],
    ["\\{1,1,2\\}", "\\{1,2\\}"],
    ["\\{\\frac12,\\sqrt8\\}", "\\{2\\sqrt2, 0.5\\}"],
    ["\\pm 3", "3, -3"],
    ["\\pm 3", "\\{-3,3\\}"],
    ["±\\frac34", "-\\frac34, \\frac34"],
    ["1\\pm\\sqrt2", "1-\\sqrt2 \\text{ or } 1+\\sqrt2"],
    ["x=\\pm 2", "x=2 or x=-2"],
    ["x=1, x=2", "x = 2, x = 1"],
    ["x = 1 or 2", "\\{1, 2\\}"],
    ["\\frac{-b\\pm\\sqrt{b^2-4ac}}{2a}", "-\\frac{b\\mp\\sqrt{b^2-4ac}}{2a}"],
    ["2,3", "2, 3"],
    ["1,\\text{ and }2", "1, 2"],
    ["19 \\text{ and }43", "43 and 19"],
    ["B, C", "B,C"],
    ["\\emptyset", "\\varnothing"],
    ["0, \\pi, 2\\pi", "0, π, 2π"],
  ]);
  testPairs("different", [
    ["\\pm 3", "3"],
    ["\\pm 3", "3, 3"],
    ["\\pm 3", "(3,-3)"],
    ["\\{1,2\\}", "\\{1,3\\}"],
    ["\\{1,2\\}", "\\{1,2,3\\}"],
    ["10, 4, 2", "4, 12, 2"],
    ["0, \\pi", "0"],
    ["2 or 3", "2"],
    ["45^\\circ, 135^\\circ", "45^\\circ"],
    ["\\{x|x>0\\}", "\\{0\\}"],
  ]);
});

describe("equations and inequalities", () => {
  testPairs("equal", [
    ["y = 2x+1", "2x+1"],
    ["f(x) = 2x+1", "1+2x"],
    ["y = 2x+1", "2x-y+1 = 0"],
    ["x+2y=3", "2x+4y=6"],
    ["\\frac{x^2}{16} - \\frac{y^2}{9} = 1", "9x^2-16y^2=144"],
    ["x = 5", "5 = x"],
    ["2x+3y<6", "6 > 3y+2x"],
    ["-2x-3y>-6", "2x+3y<6"],
    ["x \\ne 2", "2 \\neq x"],
    ["A = \\pi r^2 = 4\\pi", "4\\pi"],
    ["\\frac{\\sqrt{12}}{2} = \\sqrt3", "\\sqrt3"],
  ]);
  testPairs("different", [
    ["x = 5", "y = 5"],
    ["x = -1", "y = -\\frac14"],
    ["y = 2x+1", "y = 2x-1"],
    ["x+2y=3", "3"],
    ["x - 3z = 0", "0"],
    ["5x - 7y + 11z + 4 = 0", "x + y - z + 2 = 0"],
    ["x^2=4", "x=2"],
    ["2x+3y<6", "2x+3y\\le 6"],
    ["2x+3y<6", "-2x-3y<-6"],
    ["2x+3y<6", "2x+3y=6"],
    ["x = 5", "x - 5"],
  ]);
});

describe("matrices and units", () => {
  testPairs("equal", [
    [
      "\\begin{pmatrix} 1/2 \\\\ \\sqrt{8} \\end{pmatrix}",
      "\\begin{bmatrix} 0.5 \\\\ 2\\sqrt2 \\end{bmatrix}",
    ],
    ["\\frac15\\begin{pmatrix} 1 \\\\ 2 \\end{pmatrix}", "\\begin{pmatrix} 1/5 \\\\ 2/5 \\end{pmatrix}"],
    ["-\\begin{pmatrix} 1 & x \\end{pmatrix}", "\\begin{pmatrix} -1 & -x \\end{pmatrix}"],
    [
      "\\left(\\begin{array}{cc} 1 & 2 \\\\ 3 & 4 \\end{array}\\right)",
      "\\begin{pmatrix}1&2\\\\3&4\\end{pmatrix}",
    ],
    ["12\\pi\\text{ cm}", "12\\pi"],
    ["8\\sqrt{3} \\text { square inches}", "8\\sqrt{3}\\text{ in}^2"],
    ["864 \\mbox{ inches}^2", "864 square inches"],
    ["\\$18", "18 dollars"],
    ["25\\%", "25"],
  ]);
  testPairs("different", [
    ["\\begin{pmatrix} 1 & 2 \\end{pmatrix}", "\\begin{pmatrix} 1 \\\\ 2 \\end{pmatrix}"],
    ["\\begin{pmatrix} 1 \\\\ 2 \\end{pmatrix}", "\\begin{pmatrix} 2 \\\\ 1 \\end{pmatrix}"],
    ["\\begin{vmatrix} 1 & 2 \\\\ 3 & 4 \\end{vmatrix}", "\\begin{pmatrix} 1 & 2 \\\\ 3 & 4 \\end{pmatrix}"],
    ["\\begin{pmatrix} 1 \\\\ 2 \\end{pmatrix}", "(1,2)"],
    ["12\\pi\\text{ cm}", "12\\pi\\text{ m}"],
    ["25 cm^2", "25 m^2"],
    ["\\$20", "20^\\circ"],
    ["100\\%", "100^\\circ"],
  ]);
});
