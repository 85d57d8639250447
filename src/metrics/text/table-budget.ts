/** Cells of tables that may yet be gone through. One sample has one budget, however many references it has. */
export interface TableBudget {
  cells: number;
}

/** Takes the cells out of the budget; false where it has not as many. */
export function takeCells(budget: TableBudget, cells: number): boolean {
  budget.cells -= cells;
  return budget.cells >= 0;
}
