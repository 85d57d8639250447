/** The table cells that may still be computed. A sample has one budget for all its references. */
export interface TableBudget {
  cells: number;
}

/** Takes cells from the budget; false if it has too few. */
export function takeCells(budget: TableBudget, cells: number): boolean {
  budget.cells -= cells;
  return budget.cells >= 0;
}
